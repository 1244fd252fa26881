package io.gramian.emoji.heads;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.HashMap;
import java.util.Map;

/**
 * Matrix products for the heads, by the engine of the cpu backend whatever backend computes the
 * loss: the similarity matrix of raw rows by their dot products is a product with a transposed
 * matrix. Nothing is copied on the way in or out.
 */
public final class Products implements AutoCloseable {
  private static final SimilarityMatrix DOT_PRODUCTS =
      new SimilarityMatrix(Similarity.cosine(), false);

  private final Device device = Device.open("cpu");
  private final Map<Shape, Plan> plans = new HashMap<>();

  private record Shape(int m, int k, int n) {}

  /** Opens the cpu backend. */
  public Products() {}

  /**
   * {@code out = a b^T}: every row of a with every row of b.
   *
   * @param a [m, k]
   * @param b [n, k]
   * @param out [m, n], overwritten
   * @param m rows of a
   * @param k the length of rows
   * @param n rows of b
   */
  public void multiply(float[] a, float[] b, float[] out, int m, int k, int n) {
    Bindings in = Bindings.of("anchor", Tensor.of(a, m, k)).with("modality1", Tensor.of(b, n, k));
    Bindings result = Bindings.of("similarity", Tensor.of(out, m, n));
    plans
        .computeIfAbsent(new Shape(m, k, n), shape -> DOT_PRODUCTS.plan(device, in, result))
        .run(in, result);
  }

  @Override
  public void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
    device.close();
  }
}
