package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.Vectors;
import java.util.List;

/** The cosine of the anchor with the direction of the sum of the members: c / |a|. */
final class CentroidScore extends PairScore {
  private static final int TERM = 0;

  private final Resources resources;
  private final StripMath math;
  private final int tuples;

  /** 1 / |a|, 0 for an anchor that counts as zero. */
  private final float[] inverses;

  CentroidScore(Resources resources, int anchors, int tuples) {
    this.resources = resources;
    this.math = resources.simd().strips();
    this.tuples = tuples;
    this.inverses = resources.floats(Simd.room(anchors));
  }

  @Override
  public TupleRows rows(List<Vectors> members) {
    return new CentroidRows(resources, members, tuples);
  }

  @Override
  public boolean takesIndexTuples() {
    return false;
  }

  @Override
  public int strips() {
    return 1;
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {
    boolean isDead = TupleFactors.isDead(squaredNorm, squaredNorm);
    inverses[anchor] = isDead ? 0 : (float) (1 / Math.sqrt(squaredNorm));
  }

  @Override
  public void score(Strip strip) {
    math.multiply(
        strip.c, strip.cAt, inverses, strip.anchor, strip.scores, strip.scoresAt, strip.length);
  }

  @Override
  public void weigh(Strip strip) {
    float[] scratch = strip.scratch;
    int term = strip.scratchAt(TERM);
    int length = strip.length;
    math.multiply(
        strip.weights, strip.weightsAt, inverses, strip.anchor, strip.c, strip.cAt, length);
    // dscore / d|a|^2 = -score / (2 |a|^2).
    math.multiply(strip.c, strip.cAt, inverses, strip.anchor, scratch, term, length);
    math.multiply(scratch, term, strip.scores, strip.scoresAt, scratch, term, length);
    math.addScaled(scratch, term, -0.5f, strip.normGradients, strip.normGradientsAt, length);
  }
}
