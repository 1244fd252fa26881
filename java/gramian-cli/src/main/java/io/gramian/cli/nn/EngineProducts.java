package io.gramian.cli.nn;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.HashMap;
import java.util.Map;

/**
 * Products by the engine of a host backend: the similarity matrix of raw rows by their dot products
 * is a product with a transposed matrix.
 */
final class EngineProducts implements Products {
  private static final SimilarityMatrix DOT_PRODUCTS =
      new SimilarityMatrix(Similarity.cosine(), false);

  /** Rows and columns of a piece that is transposed within the cache. */
  private static final int BLOCK = 16;

  private final Device device;
  private final Map<Shape, Planned> plans = new HashMap<>();

  private record Shape(int m, int k, int n) {}

  /** A product planned once: [m, k] times [n, k] transposed. */
  private record Planned(
      float[] left, float[] right, float[] product, Bindings in, Bindings out, Plan plan) {}

  EngineProducts(Device device) {
    this.device = device;
  }

  @Override
  public void addProduct(Matrix a, Matrix b, Matrix out) {
    Planned planned = plan(a.rows(), a.columns(), b.columns());
    copy(a, planned.left);
    copyTransposed(b, planned.right);
    addTo(planned, out);
  }

  @Override
  public void addTransposedProduct(Matrix a, Matrix b, Matrix out) {
    Planned planned = plan(a.columns(), a.rows(), b.columns());
    copyTransposed(a, planned.left);
    copyTransposed(b, planned.right);
    addTo(planned, out);
  }

  @Override
  public void addProductTransposed(Matrix a, Matrix b, Matrix out) {
    Planned planned = plan(a.rows(), a.columns(), b.rows());
    copy(a, planned.left);
    copy(b, planned.right);
    addTo(planned, out);
  }

  @Override
  public void close() {
    plans.values().forEach(planned -> planned.plan.close());
    plans.clear();
  }

  private Planned plan(int m, int k, int n) {
    return plans.computeIfAbsent(new Shape(m, k, n), this::plan);
  }

  private Planned plan(Shape shape) {
    float[] left = new float[shape.m * shape.k];
    float[] right = new float[shape.n * shape.k];
    float[] product = new float[shape.m * shape.n];
    Bindings in =
        Bindings.of("anchor", Tensor.of(left, shape.m, shape.k))
            .with("modality1", Tensor.of(right, shape.n, shape.k));
    Bindings out = Bindings.of("similarity", Tensor.of(product, shape.m, shape.n));
    return new Planned(left, right, product, in, out, DOT_PRODUCTS.plan(device, in, out));
  }

  private static void addTo(Planned planned, Matrix out) {
    planned.plan.run(planned.in, planned.out);
    int columns = out.columns();
    for (int i = 0; i < out.rows(); i++) {
      float[] row = out.data()[i];
      for (int j = 0; j < columns; j++) {
        row[j] += planned.product[i * columns + j];
      }
    }
  }

  private static void copy(Matrix from, float[] to) {
    for (int i = 0; i < from.rows(); i++) {
      System.arraycopy(from.data()[i], 0, to, i * from.columns(), from.columns());
    }
  }

  private static void copyTransposed(Matrix from, float[] to) {
    int rows = from.rows();
    int columns = from.columns();
    for (int i0 = 0; i0 < rows; i0 += BLOCK) {
      int i1 = Math.min(i0 + BLOCK, rows);
      for (int j0 = 0; j0 < columns; j0 += BLOCK) {
        int j1 = Math.min(j0 + BLOCK, columns);
        for (int i = i0; i < i1; i++) {
          float[] row = from.data()[i];
          for (int j = j0; j < j1; j++) {
            to[j * rows + i] = row[j];
          }
        }
      }
    }
  }
}
