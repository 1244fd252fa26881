package io.gramian.cli.nn;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Products by the engine of a host backend: the similarity matrix of raw rows by their dot products
 * is a product with a transposed matrix.
 */
final class EngineProducts implements Products {
  private static final SimilarityMatrix DOT_PRODUCTS =
      new SimilarityMatrix(Similarity.cosine(), false);

  /** Columns that a task transposes: the pieces of rows it writes to stay in the cache. */
  private static final int BLOCK = 64;

  /** Rows that are transposed at once. */
  private static final int GROUP = 8;

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
    IntStream.range(0, out.rows())
        .parallel()
        .forEach(
            i -> {
              float[] row = out.data()[i];
              for (int j = 0; j < columns; j++) {
                row[j] += planned.product[i * columns + j];
              }
            });
  }

  private static void copy(Matrix from, float[] to) {
    int columns = from.columns();
    for (int i = 0; i < from.rows(); i++) {
      System.arraycopy(from.data()[i], 0, to, i * columns, columns);
    }
  }

  private static void copyTransposed(Matrix from, float[] to) {
    IntStream.range(0, Math.ceilDiv(from.columns(), BLOCK))
        .parallel()
        .forEach(block -> copyTransposed(from, block * BLOCK, to));
  }

  private static void copyTransposed(Matrix from, int begin, float[] to) {
    int rows = from.rows();
    int end = Math.min(begin + BLOCK, from.columns());
    int i = 0;
    for (; i <= rows - GROUP; i += GROUP) {
      copyGroup(from.data(), i, begin, end, to, rows);
    }
    for (; i < rows; i++) {
      for (int j = begin; j < end; j++) {
        to[j * rows + i] = from.data()[i][j];
      }
    }
  }

  private static void copyGroup(float[][] from, int i, int begin, int end, float[] to, int rows) {
    float[] row0 = from[i];
    float[] row1 = from[i + 1];
    float[] row2 = from[i + 2];
    float[] row3 = from[i + 3];
    float[] row4 = from[i + 4];
    float[] row5 = from[i + 5];
    float[] row6 = from[i + 6];
    float[] row7 = from[i + 7];
    for (int j = begin; j < end; j++) {
      int at = j * rows + i;
      to[at] = row0[j];
      to[at + 1] = row1[j];
      to[at + 2] = row2[j];
      to[at + 3] = row3[j];
      to[at + 4] = row4[j];
      to[at + 5] = row5[j];
      to[at + 6] = row6[j];
      to[at + 7] = row7[j];
    }
  }
}
