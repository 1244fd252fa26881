package io.gramian.bench.torch;

import io.gramian.Tensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** C = A B^T by the {@code sgemm} of the loaded BLAS. {@link Torch#load} comes first. */
public final class BlasProduct implements Runnable {
  private static final int ROW_MAJOR = 101;
  private static final int AS_IS = 111;
  private static final int TRANSPOSED = 112;

  private final int rows;
  private final int columns;
  private final int depth;
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;

  /**
   * @param a [rows, depth] in native memory
   * @param b [columns, depth] likewise
   * @param c [rows, columns] likewise
   */
  public BlasProduct(Tensor a, Tensor b, Tensor c) {
    rows = Math.toIntExact(a.spec().size(0));
    depth = Math.toIntExact(a.spec().size(1));
    columns = Math.toIntExact(b.spec().size(0));
    this.a = pointer(a);
    this.b = pointer(b);
    this.c = pointer(c);
  }

  @Override
  public void run() {
    openblas_nolapack.cblas_sgemm(
        ROW_MAJOR, AS_IS, TRANSPOSED, rows, columns, depth, 1, a, depth, b, depth, 0, c, columns);
  }

  private static FloatPointer pointer(Tensor tensor) {
    FloatBuffer buffer =
        tensor.memory().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    return new FloatPointer(buffer);
  }
}
