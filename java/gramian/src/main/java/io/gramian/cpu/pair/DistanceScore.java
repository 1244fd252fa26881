package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;

/** The negative squared distance to the one row of a tuple: 2 c - |a|^2 - |m|^2. */
public final class DistanceScore extends PairScore {
  /**
   * Where the squared distance is less of |a|^2 + |m|^2, float32 products leave too few of its
   * digits, and it is computed anew in float64: equal points have distance 0.
   */
  private static final float CANCELLATION = 1e-3f;

  private final float[] norms;
  private final float[] tupleNorms;
  private final double[] sums;

  public DistanceScore(Simd simd, int anchors, int tuples) {
    super(simd);
    this.norms = new float[Simd.room(anchors)];
    this.tupleNorms = new float[tuples];
    this.sums = new double[tuples];
  }

  @Override
  public int strips() {
    return 0;
  }

  @Override
  public long bytes() {
    return 4L * (norms.length + tupleNorms.length) + 8L * sums.length;
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {
    norms[anchor] = (float) squaredNorm;
  }

  @Override
  public void tuple(int tuple, double[] gram) {
    tupleNorms[tuple] = (float) gram[0];
    sums[tuple] = 0;
  }

  @Override
  public void score(Strip strip) {
    float norm = tupleNorms[strip.tuple];
    boolean cancelled =
        simd.scores()
            .distances(
                norms,
                strip.anchor,
                norm,
                strip.products,
                strip.productsAt,
                CANCELLATION,
                strip.scores,
                strip.scoresAt,
                strip.length);
    strip.cancelled = cancelled;
    for (int i = 0; cancelled && i < strip.length; i++) {
      float both = norms[strip.anchor + i] + norm;
      if (-strip.scores[strip.scoresAt + i] <= CANCELLATION * both) {
        strip.scores[strip.scoresAt + i] = (float) -strip.exact.squaredDistance(0, i);
      }
    }
  }

  @Override
  public void weigh(Strip strip) {
    // Equal points have no gradient; the terms that make it zero would leave a rest.
    for (int i = 0; strip.cancelled && i < strip.length; i++) {
      if (strip.scores[strip.scoresAt + i] == 0) {
        strip.weights[strip.weightsAt + i] = 0;
      }
    }
    StripMath math = simd.strips();
    math.scale(strip.weights, strip.weightsAt, 2, strip.products, strip.productsAt, strip.length);
    math.addScaled(
        strip.weights,
        strip.weightsAt,
        -1,
        strip.normGradients,
        strip.normGradientsAt,
        strip.length);
    sums[strip.tuple] -= math.sum(strip.weights, strip.weightsAt, strip.length);
  }

  @Override
  public boolean gramGradient(int tuple, double[] gradient) {
    gradient[0] = sums[tuple];
    return true;
  }
}
