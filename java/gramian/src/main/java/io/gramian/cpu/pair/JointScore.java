package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Simd;

/**
 * The joint generalised cosine sqrt(1 - q), or 1 - q, q = det Gram / product of squared norms. As 1
 * - q = rest + share |y|^2 / |a|^2 nothing cancels.
 */
final class JointScore extends GramScore {
  private final float[] inverseNorms;
  private final float minScore;
  private final boolean squared;

  /** The root of 1 - q. */
  static JointScore root(Simd simd, int anchors, int tuples, int n, double minScore) {
    return new JointScore(simd, anchors, tuples, n, minScore, false);
  }

  /** 1 - q. */
  static JointScore squared(Simd simd, int anchors, int tuples, int n) {
    return new JointScore(simd, anchors, tuples, n, 0, true);
  }

  private JointScore(Simd simd, int anchors, int tuples, int n, double minScore, boolean squared) {
    super(simd, anchors, tuples, n);
    this.inverseNorms = new float[norms.length];
    this.minScore = (float) minScore;
    this.squared = squared;
  }

  /** |y|^2 / |a|^2. */
  @Override
  int ownStrips() {
    return 1;
  }

  @Override
  boolean dividesByNorms() {
    return true;
  }

  @Override
  public long bytes() {
    return super.bytes() + 4L * inverseNorms.length;
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {
    super.anchor(anchor, squaredNorm);
    inverseNorms[anchor] = TupleFactors.isDead(1, squaredNorm) ? 0 : (float) (1 / squaredNorm);
  }

  @Override
  void scoreFromY(Strip strip, int yAt) {
    simd.scores()
        .joint(
            strip.scratch,
            yAt,
            strip.stride,
            n,
            inverseNorms,
            strip.anchor,
            factors.share(strip.tuple),
            factors.rest(strip.tuple),
            squared,
            strip.scratch,
            0,
            strip.scores,
            strip.scoresAt,
            strip.length);
  }

  @Override
  double weighFactors(Strip strip, int factorsAt) {
    return simd.scores()
        .jointFactors(
            strip.weights,
            strip.weightsAt,
            strip.scores,
            strip.scoresAt,
            strip.scratch,
            0,
            inverseNorms,
            strip.anchor,
            factors.share(strip.tuple),
            minScore,
            squared,
            strip.scratch,
            factorsAt,
            strip.normGradients,
            strip.normGradientsAt,
            strip.length);
  }
}
