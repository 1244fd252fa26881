package io.gramian.cpu.pair;

import io.gramian.host.SymmetricEigen;
import io.gramian.op.Similarity;

/**
 * The largest eigenvalue of [diag(g), z; z^T, a] with g in falling order, and its gradient. It is
 * g_1 + x with x >= 0 the root of a - g_1 - x + sum_i z_i^2 / (x + g_1 - g_i), which falls in x:
 * the terms of poles beside the first one are replaced by their tangent, which lies below, and what
 * is left is a quadratic equation; from one step on, roots come from below. For one tuple, not
 * thread-safe.
 */
final class BorderedDiagonal {
  private static final int STEPS = 40;
  private static final double CONVERGED = 1e-13;

  /** Poles nearer to the first one, relative to it, are one with it. */
  private static final double ONE_POLE = 1e-13;

  /** Where eigenvalues are nearer, relative to the largest, inner products in float32 do not do. */
  private static final double NEAR = 1e-4;

  /** z, set by the caller. */
  final double[] border;

  private final int n;
  private final double[] distances;
  private final double[] diagonal;

  /** The eigenvector, or for nearly equal eigenvalues the partial derivatives themselves. */
  private final double[] vector;

  private final double[] matrix;
  private final double[] partials;
  private SymmetricEigen eigen;
  private boolean isSimple;
  private double value;

  /** Of n values from {@code at} on. */
  BorderedDiagonal(double[] g, int at, int n) {
    this.n = n;
    this.border = new double[n];
    this.distances = new double[n];
    this.diagonal = new double[n];
    this.vector = new double[n + 1];
    this.matrix = new double[(n + 1) * (n + 1)];
    this.partials = new double[(n + 1) * (n + 1)];
    for (int i = 0; i < n; i++) {
      diagonal[i] = g[at + i];
      double distance = g[at] - g[at + i];
      distances[i] = distance <= ONE_POLE * Math.abs(g[at]) ? 0 : distance;
    }
  }

  /** The eigenvalue. */
  double value() {
    return value;
  }

  /** dvalue / d of an element, n being the border's row; symmetric. */
  double partial(int row, int column) {
    return isSimple ? vector[row] * vector[column] : partials[row * (n + 1) + column];
  }

  /**
   * Solves for the corner a.
   *
   * @return false, and nothing is solved, where another eigenvalue is near
   */
  boolean solve(double corner) {
    double excess = corner - diagonal[0];
    double pole = 0;
    double all = 0;
    for (int i = 0; i < n; i++) {
      double square = border[i] * border[i];
      all += square;
      pole += distances[i] == 0 ? square : 0;
    }
    // With all poles at one place the root is greater than it is.
    double x = root(1, excess, all);
    double others = 0;
    double slope = 0;
    boolean isConverged = false;
    for (int step = 0; step < STEPS && !isConverged; step++) {
      others = 0;
      slope = 0;
      for (int i = 0; i < n; i++) {
        if (distances[i] > 0) {
          double inverse = 1 / (x + distances[i]);
          double term = border[i] * border[i] * inverse;
          others += term;
          slope += term * inverse;
        }
      }
      double next = root(1 + slope, excess + others + slope * x, pole);
      isConverged = Math.abs(next - x) <= CONVERGED * (Math.abs(diagonal[0]) + next);
      x = next;
    }
    value = diagonal[0] + x;
    double rest = Math.max(x - excess - others, 0); // that of the first pole, z^2 / x
    double norm = x * (1 + slope) + rest;
    boolean hasPoleAlone = n == 1 || distances[1] > NEAR * value;
    isSimple =
        isConverged
            && norm > NEAR * value * (1 + slope)
            && x > (hasPoleAlone ? CONVERGED : NEAR) * value;
    if (!isSimple) {
      return false;
    }
    double ofBorder = Math.sqrt(x / norm);
    for (int i = 0; i < n; i++) {
      vector[i] =
          distances[i] == 0
              ? border[i] / Math.sqrt(x * norm)
              : ofBorder * border[i] / (x + distances[i]);
    }
    vector[n] = ofBorder;
    return true;
  }

  /** Solves by Jacobi rotations, where others are near or equal. */
  void solveNearlyEqual(double corner) {
    int k = n + 1;
    for (int i = 0; i < n; i++) {
      matrix[i * k + i] = diagonal[i];
      matrix[i * k + n] = border[i];
      matrix[n * k + i] = border[i];
    }
    matrix[n * k + n] = corner;
    eigen = eigen == null ? new SymmetricEigen(k) : eigen;
    eigen.decompose(matrix);
    value = eigen.value(0);
    eigen.meanProjection(Similarity.Eigen.EQUAL, partials);
    isSimple = false;
  }

  /** The positive root of a x^2 - b x - c, a and c being at least 0. */
  private static double root(double a, double b, double c) {
    double s = Math.sqrt(b * b + 4 * a * c);
    return b > 0 ? (b + s) / (2 * a) : s - b == 0 ? 0 : 2 * c / (s - b);
  }
}
