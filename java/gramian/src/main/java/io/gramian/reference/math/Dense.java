package io.gramian.reference.math;

import io.gramian.GramianException;
import java.util.Arrays;

/** Plain loops over row-major matrices. */
public final class Dense {
  private Dense() {}

  /**
   * The number of elements of a shape.
   *
   * @throws GramianException if a Java array cannot hold so many
   */
  static int elements(int... shape) {
    long elements = 1;
    for (int extent : shape) {
      elements *= extent;
      if (elements > Integer.MAX_VALUE - 16) {
        throw new GramianException(
            "the reference backend holds all scores in one array, of fewer than 2^31 elements; "
                + "expected smaller batches, got scores of shape "
                + Arrays.toString(shape));
      }
    }
    return (int) elements;
  }

  /** Inner product of n elements of two arrays. */
  public static double dot(double[] a, int aOffset, double[] b, int bOffset, int n) {
    double sum = 0;
    for (int z = 0; z < n; z++) {
      sum += a[aOffset + z] * b[bOffset + z];
    }
    return sum;
  }

  /** y += factor x, over n elements. */
  public static void addScaled(
      double factor, double[] x, int xOffset, double[] y, int yOffset, int n) {
    for (int z = 0; z < n; z++) {
      y[yOffset + z] += factor * x[xOffset + z];
    }
  }

  /** A B^T for A [rowsA,d] and B [rowsB,d]. */
  public static double[] timesTransposed(double[] a, int rowsA, double[] b, int rowsB, int d) {
    double[] product = new double[elements(rowsA, rowsB)];
    for (int i = 0; i < rowsA; i++) {
      for (int j = 0; j < rowsB; j++) {
        product[i * rowsB + j] = dot(a, i * d, b, j * d, d);
      }
    }
    return product;
  }

  /** Adds the gradients of C = A B^T: dA += W B and dB += W^T A for W = dC [rowsA,rowsB]. */
  public static void addProductGradients(
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
  public static double[] scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return values;
  }

  /** Replaces infinities by NaN in place, so that no later exponential turns one into a zero. */
  public static double[] finiteOrNaN(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isFinite(values[i]) ? values[i] : Double.NaN;
    }
    return values;
  }

  /** Squared distance of n elements of two arrays. */
  public static double squaredDistance(double[] a, int aOffset, double[] b, int bOffset, int n) {
    double sum = 0;
    for (int z = 0; z < n; z++) {
      double difference = a[aOffset + z] - b[bOffset + z];
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * Adds the gradients of a squared distance r: da += 2 w (a - b), db -= 2 w (a - b).
   *
   * @param w the gradient of r
   */
  public static void addDistanceGradients(
      double w,
      double[] a,
      double[] gradA,
      int aOffset,
      double[] b,
      double[] gradB,
      int bOffset,
      int n) {
    for (int z = 0; z < n; z++) {
      double difference = 2 * w * (a[aOffset + z] - b[bOffset + z]);
      gradA[aOffset + z] += difference;
      gradB[bOffset + z] -= difference;
    }
  }
}
