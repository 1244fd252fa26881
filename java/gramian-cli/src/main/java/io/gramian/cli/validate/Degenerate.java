package io.gramian.cli.validate;

import io.gramian.Tensor;
import java.util.Arrays;

/** Vectors on which naive formulas divide by zero. */
final class Degenerate {
  private static final int BATCH = 3;
  private static final int VECTORS = 4;
  private static final int DIMENSION = 24;

  private Degenerate() {}

  /** [3, 4, 24]: in the first sample two equal vectors, in the second two opposite ones. */
  static Tensor duplicateVectors(CaseRandom random) {
    double[] values = random.normal(BATCH, VECTORS, DIMENSION).toDoubles();
    for (int z = 0; z < DIMENSION; z++) {
      values[2 * DIMENSION + z] = values[z];
      values[(VECTORS + 3) * DIMENSION + z] = -values[(VECTORS + 1) * DIMENSION + z];
    }
    return Tensor.of(values, BATCH, VECTORS, DIMENSION);
  }

  /** [3, 4, 24]: the second vector of the first sample and all of the last are zero. */
  static Tensor zeroVectors(CaseRandom random) {
    double[] values = random.normal(BATCH, VECTORS, DIMENSION).toDoubles();
    Arrays.fill(values, DIMENSION, 2 * DIMENSION, 0);
    Arrays.fill(values, 2 * VECTORS * DIMENSION, values.length, 0);
    return Tensor.of(values, BATCH, VECTORS, DIMENSION);
  }

  /** A copy whose row is zero. */
  static Tensor withZeroRow(Tensor rows, int row) {
    double[] values = rows.toDoubles();
    int width = (int) rows.spec().size(1);
    Arrays.fill(values, row * width, (row + 1) * width, 0);
    return Tensor.of(values, rows.spec().shape());
  }

  /** A copy whose row is that of another matrix of the same width. */
  static Tensor withRowOf(Tensor rows, int row, Tensor other, int otherRow) {
    double[] values = rows.toDoubles();
    int width = (int) rows.spec().size(1);
    System.arraycopy(other.toDoubles(), otherRow * width, values, row * width, width);
    return Tensor.of(values, rows.spec().shape());
  }
}
