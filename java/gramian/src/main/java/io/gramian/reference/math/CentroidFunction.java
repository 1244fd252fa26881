package io.gramian.reference.math;

import java.util.Arrays;

/** The cosine of the anchor with the sum of the members that are present. */
final class CentroidFunction implements GramFunction {
  private static final double RELATIVE_GATE = 1e-12;
  private static final double ABSOLUTE_GATE = 1e-30;

  private final int k;

  CentroidFunction(int k) {
    this.k = k;
  }

  @Override
  public double score(double[] gram, boolean[] absent) {
    if (isDead(gram, absent)) {
      return 0;
    }
    double squares = anchor(gram) * square(gram, absent);
    return Double.isFinite(squares) ? along(gram, absent) / Math.sqrt(squares) : Double.NaN;
  }

  @Override
  public void partials(double[] gram, boolean[] absent, double[] partials) {
    Arrays.fill(partials, 0);
    if (isDead(gram, absent)) {
      return;
    }
    double score = score(gram, absent);
    double square = square(gram, absent);
    for (int r = 0; r < k - 1; r++) {
      for (int c = 0; c < k - 1; c++) {
        partials[r * k + c] = -score / (2 * square);
      }
      double half = 0.5 / Math.sqrt(anchor(gram) * square);
      partials[r * k + k - 1] = half;
      partials[(k - 1) * k + r] = half;
    }
    partials[k * k - 1] = -score / (2 * anchor(gram));
  }

  /** Whether the anchor or the sum has no direction. */
  private boolean isDead(double[] gram, boolean[] absent) {
    double squares = 0;
    for (int l = 0; l < k - 1; l++) {
      squares += absent[l] ? 0 : gram[l * k + l];
    }
    double square = square(gram, absent);
    return anchor(gram) <= ABSOLUTE_GATE
        || square <= ABSOLUTE_GATE
        || square <= RELATIVE_GATE * squares && Double.isFinite(squares);
  }

  /** |a|^2. */
  private double anchor(double[] gram) {
    return gram[k * k - 1];
  }

  /** The inner product of the anchor with the sum. */
  private double along(double[] gram, boolean[] absent) {
    double sum = 0;
    for (int l = 0; l < k - 1; l++) {
      sum += absent[l] ? 0 : gram[l * k + k - 1];
    }
    return sum;
  }

  /** The squared length of the sum. */
  private double square(double[] gram, boolean[] absent) {
    double sum = 0;
    for (int l = 0; l < k - 1; l++) {
      for (int m = 0; m < k - 1; m++) {
        sum += absent[l] || absent[m] ? 0 : gram[l * k + m];
      }
    }
    return sum;
  }
}
