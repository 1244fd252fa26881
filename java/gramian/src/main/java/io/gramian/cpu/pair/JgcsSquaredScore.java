package io.gramian.cpu.pair;

import static io.gramian.cpu.simd.Lanes.load;

import io.gramian.cpu.simd.Lanes;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * 1 - q, q = det Gram / product of squared norms. As 1 - q = rest + share * explained, explained =
 * |y|^2 / |a|^2, nothing cancels. Keeps what is explained.
 */
abstract class JgcsSquaredScore extends CholeskyScore {
  /** 1 / |a|^2, 0 for an anchor that counts as zero. */
  final float[] inverseNorms;

  private JgcsSquaredScore(Resources resources, int anchors, int tuples, int n) {
    super(resources, anchors, tuples, n);
    this.inverseNorms = resources.floats(norms.length);
  }

  /** The functor for fixed sizes. */
  static JgcsSquaredScore of(Resources resources, int anchors, int tuples, int n) {
    return resources.simd().hasVectors()
        ? new Vectorised(resources, anchors, tuples, n)
        : new Scalar(resources, anchors, tuples, n);
  }

  /**
   * explained = |y|^2 / |a|^2, 1 where the anchor is zero; score = rest + share * explained.
   *
   * @param share det G / product of the squared norms of the tuple
   * @param rest 1 - share, without its cancellation
   */
  abstract void scores(Strip strip, float share, float rest);

  /**
   * factor = 2 w share / |a|^2; the gradient of the norm is -factor * explained / 2.
   *
   * @return the sum of 2 w q, q = share * (1 - explained)
   */
  abstract double factors(Strip strip, float share);

  @Override
  final boolean dividesByNorms() {
    return true;
  }

  @Override
  public final void anchor(int anchor, double squaredNorm) {
    super.anchor(anchor, squaredNorm);
    inverseNorms[anchor] = TupleFactors.isZero(squaredNorm) ? 0 : (float) (1 / squaredNorm);
  }

  @Override
  final void scoreFromY(Strip strip) {
    scores(strip, factors.share(strip.tuple), factors.rest(strip.tuple));
  }

  @Override
  final double weighFactors(Strip strip) {
    return factors(strip, factors.share(strip.tuple));
  }

  private static final class Scalar extends JgcsSquaredScore {
    Scalar(Resources resources, int anchors, int tuples, int n) {
      super(resources, anchors, tuples, n);
    }

    @Override
    void scores(Strip strip, float share, float rest) {
      for (int i = 0; i < strip.length; i++) {
        float inverse = inverseNorms[strip.anchor + i];
        float part = inverse == 0 ? 1 : squaredY(strip, i) * inverse;
        strip.scratch[i] = part;
        strip.scores[strip.scoresAt + i] = rest + share * part;
      }
    }

    @Override
    double factors(Strip strip, float share) {
      int factorAt = strip.scratchAt(FACTOR);
      double sum = 0;
      for (int i = 0; i < strip.length; i++) {
        float v = 2 * strip.weights[strip.weightsAt + i] * share;
        float part = strip.scratch[i];
        float factor = v * inverseNorms[strip.anchor + i];
        strip.scratch[factorAt + i] = factor;
        strip.normGradients[strip.normGradientsAt + i] -= factor * part / 2;
        sum += v * (1 - part);
      }
      return sum;
    }
  }

  private static final class Vectorised extends JgcsSquaredScore {
    Vectorised(Resources resources, int anchors, int tuples, int n) {
      super(resources, anchors, tuples, n);
    }

    @Override
    void scores(Strip strip, float share, float rest) {
      float[] scratch = strip.scratch;
      int yAt = yAt(strip, 0);
      FloatVector one = Lanes.all(1);
      FloatVector offset = Lanes.all(rest);
      FloatVector slope = Lanes.all(share);
      for (int i = 0; i < strip.length; i += Lanes.COUNT) {
        FloatVector inverse = load(inverseNorms, strip.anchor + i);
        FloatVector part =
            Vector.squaredY(scratch, yAt + i, strip.stride, n)
                .mul(inverse)
                .blend(one, inverse.compare(VectorOperators.EQ, 0));
        part.intoArray(scratch, i);
        part.fma(slope, offset).intoArray(strip.scores, strip.scoresAt + i);
      }
    }

    @Override
    double factors(Strip strip, float share) {
      float[] scratch = strip.scratch;
      int factorAt = strip.scratchAt(FACTOR);
      int length = strip.length;
      FloatVector one = Lanes.all(1);
      FloatVector sum = Lanes.all(0);
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector w = load(strip.weights, strip.weightsAt + i);
        FloatVector v = w.add(w).mul(share);
        FloatVector part = load(scratch, i);
        FloatVector factor = v.mul(load(inverseNorms, strip.anchor + i));
        factor.intoArray(scratch, factorAt + i);
        Lanes.subtractHalf(factor.mul(part), strip.normGradients, strip.normGradientsAt + i);
        sum = Lanes.add(sum, v.mul(one.sub(part)), length - i);
      }
      return Lanes.total(sum);
    }
  }
}
