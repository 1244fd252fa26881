package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Simd;

/** -V, V = base * sqrt(|a|^2 - |y|^2), base the volume of the tuple. */
final class VolumeScore extends GramScore {
  /**
   * Where the residual is less of |a|^2, float32 products leave too few of its digits, and it is
   * computed anew in float64.
   */
  private static final double CANCELLATION = 1e-3;

  /** The same for members that nearly depend on each other, per growth of errors from c to y. */
  private static final double GROWTH = 1e-4;

  /**
   * The square of what rounding to float32 leaves of a - M^T g, relative to its terms. Where the
   * residual, its squared length, is less, a gradient would be nothing but rounding.
   */
  private static final double NOISE = 1e-14;

  private final float minVolume;

  VolumeScore(Simd simd, int anchors, int tuples, int n, double minVolume) {
    super(simd, anchors, tuples, n);
    this.minVolume = (float) minVolume;
  }

  /** The residual. */
  @Override
  int ownStrips() {
    return 1;
  }

  @Override
  boolean dividesByNorms() {
    return false;
  }

  @Override
  void scoreFromY(Strip strip, int yAt) {
    float threshold = threshold(strip.tuple);
    boolean cancelled =
        simd.scores()
            .residuals(
                norms,
                strip.anchor,
                strip.scratch,
                yAt,
                strip.stride,
                n,
                threshold,
                strip.scratch,
                0,
                strip.length);
    if (cancelled && factors.base(strip.tuple) != 0) {
      refine(strip, yAt, threshold);
    }
    simd.scores()
        .volumes(
            strip.scratch,
            0,
            factors.base(strip.tuple),
            strip.scores,
            strip.scoresAt,
            strip.length);
  }

  /** Which part of |a|^2 is too little: at most all of it. */
  private float threshold(int tuple) {
    double growth = 0;
    for (int l = 0; l < n; l++) {
      for (int m = 0; m <= l; m++) {
        double element = factors.inverse(tuple, l, m);
        growth += element * element * factors.squaredNorm(tuple, m);
      }
    }
    return (float) Math.min(Math.max(CANCELLATION, GROWTH * Math.sqrt(growth)), 1);
  }

  /** A dead residual becomes -1: volume 0 and no gradient. */
  private void refine(Strip strip, int yAt, float threshold) {
    double[] c = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < strip.length; i++) {
      float norm = norms[strip.anchor + i];
      if (norm == 0) {
        strip.scratch[i] = -1;
      } else if (strip.scratch[i] <= threshold * norm) {
        double rest = strip.exact.squaredNorm(i);
        double squaredNorm = rest;
        for (int l = 0; l < n; l++) {
          c[l] = strip.exact.product(l, i);
          y[l] = 0;
          for (int m = 0; m <= l; m++) {
            y[l] += factors.inverse(strip.tuple, l, m) * c[m];
          }
          strip.scratch[yAt + l * strip.stride + i] = (float) y[l];
          rest -= y[l] * y[l];
        }
        boolean isNothing =
            TupleFactors.isDead(rest, squaredNorm)
                || rest <= NOISE * squaredTerms(strip.tuple, y, squaredNorm);
        strip.scratch[i] = isNothing ? -1 : (float) rest;
      }
    }
  }

  /** |a|^2 and the squared lengths of g_l m_l, g = L^-T y. */
  private double squaredTerms(int tuple, double[] y, double squaredNorm) {
    double sum = squaredNorm;
    for (int m = 0; m < n; m++) {
      double g = 0;
      for (int l = m; l < n; l++) {
        g += factors.inverse(tuple, l, m) * y[l];
      }
      sum += g * g * factors.squaredNorm(tuple, m);
    }
    return sum;
  }

  @Override
  double weighFactors(Strip strip, int factorsAt) {
    return simd.scores()
        .volumeFactors(
            strip.weights,
            strip.weightsAt,
            strip.scratch,
            0,
            factors.base(strip.tuple),
            minVolume,
            strip.scratch,
            factorsAt,
            strip.normGradients,
            strip.normGradientsAt,
            strip.length);
  }
}
