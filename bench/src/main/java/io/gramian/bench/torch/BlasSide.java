package io.gramian.bench.torch;

import io.gramian.Tensor;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.peers.Side;
import java.nio.ByteOrder;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** C = A B^T by the {@code sgemm} of the loaded BLAS. {@link Torch#load} comes first. */
final class BlasSide implements Side {
  private static final int ROW_MAJOR = 101;
  private static final int AS_IS = 111;
  private static final int TRANSPOSED = 112;

  private final int rows;
  private final int columns;
  private final int depth;
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;

  BlasSide(OpCase one) {
    Tensor left = one.inputs().get("anchor");
    Tensor right = one.inputs().get("modality1");
    rows = Math.toIntExact(left.spec().size(0));
    depth = Math.toIntExact(left.spec().size(1));
    columns = Math.toIntExact(right.spec().size(0));
    a = pointer(left);
    b = pointer(right);
    c = new FloatPointer((long) rows * columns);
  }

  @Override
  public void run() {
    openblas_nolapack.cblas_sgemm(
        ROW_MAJOR, AS_IS, TRANSPOSED, rows, columns, depth, 1, a, depth, b, depth, 0, c, columns);
  }

  @Override
  public Map<String, double[]> results() {
    double[] values = new double[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = c.get(i);
    }
    return Map.of("similarity", values);
  }

  @Override
  public void close() {
    c.close();
  }

  private static FloatPointer pointer(Tensor tensor) {
    return new FloatPointer(
        tensor.memory().asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer());
  }
}
