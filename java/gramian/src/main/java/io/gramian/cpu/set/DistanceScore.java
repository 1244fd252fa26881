package io.gramian.cpu.set;

import static io.gramian.cpu.simd.Lanes.load;

import io.gramian.cpu.pair.PairScore;
import io.gramian.cpu.pair.TupleGram;
import io.gramian.cpu.simd.Lanes;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The negative squared distance to the one row of a tuple: 2 c - |a|^2 - |m|^2. */
public abstract class DistanceScore extends PairScore {
  /**
   * Where the squared distance is less of |a|^2 + |m|^2, float32 products leave too few of its
   * digits, and it is recomputed in float64: equal points have distance 0.
   */
  static final float CANCELLATION = 1e-3f;

  /** Gradients have too few digits where the squared distance is less of the same. */
  private static final double NEARNESS = 1e-4;

  final float[] norms;
  private final float[] tupleNorms;
  private final double[] sums;

  /** Whether a tuple has met an anchor that is near it, but not equal. */
  private final boolean[] hasNear;

  private DistanceScore(Resources resources, int anchors, int tuples) {
    this.norms = resources.floats(Simd.room(anchors));
    this.tupleNorms = resources.floats(tuples);
    this.sums = resources.doubles(tuples);
    this.hasNear = new boolean[tuples];
  }

  /** The functor for fixed sizes. */
  public static DistanceScore of(Resources resources, int anchors, int tuples) {
    return resources.simd().hasVectors()
        ? new Vectorised(resources, anchors, tuples)
        : new Scalar(resources, anchors, tuples);
  }

  /**
   * score = -max(norms + norm - 2 c, 0).
   *
   * @return whether some distance is at most {@link #CANCELLATION} of norms + norm
   */
  abstract boolean distances(Strip strip, float norm);

  /**
   * c = 2 w, and w from the gradient of the norm. Equal points have no gradient; the terms that
   * make it zero would leave a rest.
   *
   * @return the sum of w
   */
  abstract double factors(Strip strip);

  @Override
  public final void anchor(int anchor, double squaredNorm) {
    norms[anchor] = (float) squaredNorm;
  }

  @Override
  public final void tuple(int tuple, TupleGram gram) {
    tupleNorms[tuple] = (float) gram.get(0, 0);
    sums[tuple] = 0;
    hasNear[tuple] = false;
  }

  /**
   * Whether points of a run lie nearer to each other than to the origin by so much that float32
   * gradients, sums of points times weights, do not have the digits that their bounds ask for.
   */
  public final boolean hasNearPairs() {
    for (boolean near : hasNear) {
      if (near) {
        return true;
      }
    }
    return false;
  }

  @Override
  public final void score(Strip strip) {
    float norm = tupleNorms[strip.tuple];
    if (distances(strip, norm)) {
      for (int i = 0; i < strip.length; i++) {
        int at = strip.scoresAt + i;
        double both = norms[strip.anchor + i] + norm;
        if (-strip.scores[at] <= CANCELLATION * both) {
          double distance = strip.exact.squaredDistance(0, i);
          strip.scores[at] = (float) -distance;
          hasNear[strip.tuple] |= distance > 0 && distance <= NEARNESS * both;
        }
      }
    }
  }

  @Override
  public final void weigh(Strip strip) {
    sums[strip.tuple] -= factors(strip);
  }

  @Override
  public final boolean gramGradient(int tuple, double[] gradient) {
    gradient[0] = sums[tuple];
    return true;
  }

  private static final class Scalar extends DistanceScore {
    Scalar(Resources resources, int anchors, int tuples) {
      super(resources, anchors, tuples);
    }

    @Override
    boolean distances(Strip strip, float norm) {
      boolean small = false;
      for (int i = 0; i < strip.length; i++) {
        float both = norms[strip.anchor + i] + norm;
        float squared = both - 2 * strip.c[strip.cAt + i];
        strip.scores[strip.scoresAt + i] = -Math.max(squared, 0);
        small |= squared <= CANCELLATION * both;
      }
      return small;
    }

    @Override
    double factors(Strip strip) {
      double sum = 0;
      for (int i = 0; i < strip.length; i++) {
        float weight = strip.weights[strip.weightsAt + i];
        float w = strip.scores[strip.scoresAt + i] == 0 ? 0 : weight;
        strip.c[strip.cAt + i] = 2 * w;
        strip.normGradients[strip.normGradientsAt + i] -= w;
        sum += w;
      }
      return sum;
    }
  }

  private static final class Vectorised extends DistanceScore {
    Vectorised(Resources resources, int anchors, int tuples) {
      super(resources, anchors, tuples);
    }

    @Override
    boolean distances(Strip strip, float norm) {
      int length = strip.length;
      boolean small = false;
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector both = load(norms, strip.anchor + i).add(norm);
        FloatVector squared = load(strip.c, strip.cAt + i).fma(Lanes.all(-2), both);
        squared.max(0).neg().intoArray(strip.scores, strip.scoresAt + i);
        small |= Lanes.any(squared.compare(VectorOperators.LE, both.mul(CANCELLATION)), length - i);
      }
      return small;
    }

    @Override
    double factors(Strip strip) {
      int length = strip.length;
      FloatVector sum = Lanes.all(0);
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector score = load(strip.scores, strip.scoresAt + i);
        FloatVector w =
            load(strip.weights, strip.weightsAt + i).blend(0, score.compare(VectorOperators.EQ, 0));
        w.add(w).intoArray(strip.c, strip.cAt + i);
        int normAt = strip.normGradientsAt + i;
        load(strip.normGradients, normAt).sub(w).intoArray(strip.normGradients, normAt);
        sum = Lanes.add(sum, w, length - i);
      }
      return Lanes.total(sum);
    }
  }
}
