package io.gramian.reference;

/** Plain loops over row-major matrices. */
final class Dense {
  private Dense() {}

  /** Inner product of n elements of two arrays. */
  static double dot(double[] a, int aOffset, double[] b, int bOffset, int n) {
    double sum = 0;
    for (int z = 0; z < n; z++) {
      sum += a[aOffset + z] * b[bOffset + z];
    }
    return sum;
  }

  /** y += factor x, over n elements. */
  static void addScaled(double factor, double[] x, int xOffset, double[] y, int yOffset, int n) {
    for (int z = 0; z < n; z++) {
      y[yOffset + z] += factor * x[xOffset + z];
    }
  }

  /** A B^T for A [rowsA,d] and B [rowsB,d]. */
  static double[] timesTransposed(double[] a, int rowsA, double[] b, int rowsB, int d) {
    double[] product = new double[rowsA * rowsB];
    for (int i = 0; i < rowsA; i++) {
      for (int j = 0; j < rowsB; j++) {
        product[i * rowsB + j] = dot(a, i * d, b, j * d, d);
      }
    }
    return product;
  }

  /** Adds the gradients of C = A B^T: dA += W B and dB += W^T A for W = dC [rowsA,rowsB]. */
  static void addProductGradients(
      double[] w,
      double[] a,
      double[] gradA,
      int rowsA,
      double[] b,
      double[] gradB,
      int rowsB,
      int d) {
    for (int i = 0; i < rowsA; i++) {
      for (int j = 0; j < rowsB; j++) {
        addScaled(w[i * rowsB + j], b, j * d, gradA, i * d, d);
        addScaled(w[i * rowsB + j], a, i * d, gradB, j * d, d);
      }
    }
  }

  /** Multiplies all elements in place. */
  static double[] scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return values;
  }
}
