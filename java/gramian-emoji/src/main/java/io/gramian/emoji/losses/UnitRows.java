package io.gramian.emoji.losses;

import io.gramian.emoji.heads.Matrix;

/**
 * The rows of a matrix made unit, for ops that take rows as they are.
 *
 * @param units the rows at unit length; a row shorter than 1e-12 is only divided by that
 * @param norms the length of each row, at least 1e-12
 */
public record UnitRows(Matrix units, float[] norms) {
  private static final double MIN_NORM = 1e-12;

  public static UnitRows of(Matrix rows) {
    Matrix units = Matrix.zeros(rows.rows(), rows.columns());
    float[] norms = new float[rows.rows()];
    for (int i = 0; i < norms.length; i++) {
      float[] row = rows.data()[i];
      norms[i] = (float) Math.max(Math.sqrt(dot(row, row)), MIN_NORM);
      for (int z = 0; z < row.length; z++) {
        units.data()[i][z] = row[z] / norms[i];
      }
    }
    return new UnitRows(units, norms);
  }

  /** The gradient of the given rows, from that of the unit rows. */
  Matrix gradient(Matrix ofUnits) {
    Matrix gradient = Matrix.zeros(units.rows(), units.columns());
    for (int i = 0; i < norms.length; i++) {
      float[] unit = units.data()[i];
      float[] outer = ofUnits.data()[i];
      double along = dot(unit, outer);
      for (int z = 0; z < unit.length; z++) {
        gradient.data()[i][z] = (float) ((outer[z] - along * unit[z]) / norms[i]);
      }
    }
    return gradient;
  }

  /** The mean cosine of each row with the other's row of the same number. */
  public double meanCosine(UnitRows others) {
    double sum = 0;
    for (int i = 0; i < norms.length; i++) {
      sum += dot(units.data()[i], others.units.data()[i]);
    }
    return sum / norms.length;
  }

  /** The cosines of these rows with others: [rows, other rows]. */
  Matrix cosines(UnitRows others) {
    return innerProducts(units, others.units);
  }

  /** The inner products of the rows of two matrices: [rows of a, rows of b]. */
  static Matrix innerProducts(Matrix a, Matrix b) {
    Matrix products = Matrix.zeros(a.rows(), b.rows());
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.rows(); j++) {
        products.data()[i][j] = (float) dot(a.data()[i], b.data()[j]);
      }
    }
    return products;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int z = 0; z < a.length; z++) {
      sum += (double) a[z] * b[z];
    }
    return sum;
  }
}
