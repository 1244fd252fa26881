package io.gramian.cpu;

/** -V, V = base * sqrt(|a|^2 - |y|^2), base the volume of the tuple. */
final class VolumeScore extends GramScore {
  /**
   * Where the residual is less of |a|^2, float32 products leave too few of its digits, and it is
   * computed anew in float64.
   */
  private static final float CANCELLATION = 1e-3f;

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
    boolean cancelled =
        simd.scores()
            .residuals(
                norms,
                strip.anchor,
                strip.scratch,
                yAt,
                strip.stride,
                n,
                CANCELLATION,
                strip.scratch,
                0,
                strip.length);
    if (cancelled && factors.base(strip.tuple) != 0) {
      refine(strip, yAt);
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

  /** A dead residual becomes -1: volume 0 and no gradient. */
  private void refine(Strip strip, int yAt) {
    double[] c = new double[n];
    for (int i = 0; i < strip.length; i++) {
      float norm = norms[strip.anchor + i];
      if (norm == 0) {
        strip.scratch[i] = -1;
      } else if (strip.scratch[i] <= CANCELLATION * norm) {
        double rest = strip.exact.squaredNorm(i);
        double squaredNorm = rest;
        for (int l = 0; l < n; l++) {
          c[l] = strip.exact.product(l, i);
          double y = 0;
          for (int m = 0; m <= l; m++) {
            y += factors.inverse(strip.tuple, l, m) * c[m];
          }
          strip.scratch[yAt + l * strip.stride + i] = (float) y;
          rest -= y * y;
        }
        strip.scratch[i] = TupleFactors.isDead(rest, squaredNorm) ? -1 : (float) rest;
      }
    }
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
