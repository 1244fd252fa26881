package io.gramian.reference.math;

/** -(|u|^2 |w|^2 - (u.w)^2) / 2, u = a - m_1, w = a - m_2. */
final class AreaFunction implements GramFunction {
  /** u and w as combinations of (m_1, m_2, a). */
  private static final double[] U = {-1, 0, 1};

  private static final double[] W = {0, -1, 1};

  @Override
  public double score(double[] gram, boolean[] absent) {
    double uw = form(U, W, gram);
    return -(form(U, U, gram) * form(W, W, gram) - uw * uw) / 2;
  }

  @Override
  public void partials(double[] gram, boolean[] absent, double[] partials) {
    double uu = form(U, U, gram);
    double ww = form(W, W, gram);
    double uw = form(U, W, gram);
    for (int r = 0; r < 3; r++) {
      for (int c = 0; c < 3; c++) {
        double mixed = (U[r] * W[c] + U[c] * W[r]) / 2;
        partials[r * 3 + c] = -(U[r] * U[c] * ww + W[r] * W[c] * uu - 2 * uw * mixed) / 2;
      }
    }
  }

  /** x^T G y. */
  private static double form(double[] x, double[] y, double[] gram) {
    double sum = 0;
    for (int r = 0; r < 3; r++) {
      for (int c = 0; c < 3; c++) {
        sum += x[r] * gram[r * 3 + c] * y[c];
      }
    }
    return sum;
  }
}
