package io.gramian.cpu.pair;

import static io.gramian.cpu.simd.Lanes.load;

import io.gramian.cpu.simd.Lanes;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** -V, V = base * sqrt(|a|^2 - |y|^2), base the volume of the tuple. Keeps the residual. */
abstract class VolumeScore extends CholeskyScore {
  /**
   * Where the residual is less of |a|^2, float32 products leave too few of its digits, and it is
   * recomputed in float64.
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

  private VolumeScore(Resources resources, int anchors, int tuples, int n, double minVolume) {
    super(resources, anchors, tuples, n);
    this.minVolume = (float) minVolume;
  }

  /** The functor for fixed sizes. */
  static VolumeScore of(Resources resources, int anchors, int tuples, int n, double minVolume) {
    return resources.simd().hasVectors()
        ? new Vectorised(resources, anchors, tuples, n, minVolume)
        : new Scalar(resources, anchors, tuples, n, minVolume);
  }

  /**
   * residual = |a|^2 - |y|^2.
   *
   * @return whether some residual is at most {@code threshold} of its norm: too much cancellation
   */
  abstract boolean residuals(Strip strip, float threshold);

  /** score = -base * sqrt(max(residual, 0)). */
  abstract void volumes(Strip strip, float base);

  /**
   * factor = w base^2 / max(V, minVolume) = w base / max(sqrt(residual), floor), 0 where the
   * residual is negative; the gradient of the norm is -factor / 2.
   *
   * @return the sum of w V^2 / max(V, minVolume)
   */
  abstract double factors(Strip strip, float base, float floor);

  @Override
  final boolean dividesByNorms() {
    return false;
  }

  @Override
  final void scoreFromY(Strip strip) {
    float threshold = threshold(strip.tuple);
    float base = factors.base(strip.tuple);
    if (residuals(strip, threshold) && base != 0) {
      refine(strip, threshold);
    }
    volumes(strip, base);
  }

  @Override
  final double weighFactors(Strip strip) {
    float base = factors.base(strip.tuple);
    return factors(strip, base, minVolume / base);
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
  private void refine(Strip strip, float threshold) {
    double[] c = new double[n];
    double[] y = new double[n];
    float[] scratch = strip.scratch;
    for (int i = 0; i < strip.length; i++) {
      float norm = norms[strip.anchor + i];
      if (norm == 0) {
        scratch[i] = -1;
      } else if (scratch[i] <= threshold * norm) {
        double rest = strip.exact.squaredNorm(i);
        double squaredNorm = rest;
        for (int l = 0; l < n; l++) {
          c[l] = strip.exact.dot(l, i);
          y[l] = 0;
          for (int m = 0; m <= l; m++) {
            y[l] += factors.inverse(strip.tuple, l, m) * c[m];
          }
          scratch[yAt(strip, l) + i] = (float) y[l];
          rest -= y[l] * y[l];
        }
        boolean isNothing =
            TupleFactors.isDead(rest, squaredNorm)
                || rest <= NOISE * squaredTerms(strip.tuple, y, squaredNorm);
        scratch[i] = isNothing ? -1 : (float) rest;
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

  private static final class Scalar extends VolumeScore {
    Scalar(Resources resources, int anchors, int tuples, int n, double minVolume) {
      super(resources, anchors, tuples, n, minVolume);
    }

    @Override
    boolean residuals(Strip strip, float threshold) {
      boolean small = false;
      for (int i = 0; i < strip.length; i++) {
        float norm = norms[strip.anchor + i];
        float rest = norm - squaredY(strip, i);
        strip.scratch[i] = rest;
        small |= rest <= threshold * norm;
      }
      return small;
    }

    @Override
    void volumes(Strip strip, float base) {
      for (int i = 0; i < strip.length; i++) {
        float root = (float) Math.sqrt(Math.max(strip.scratch[i], 0));
        strip.scores[strip.scoresAt + i] = -base * root;
      }
    }

    @Override
    double factors(Strip strip, float base, float floor) {
      int factorAt = strip.scratchAt(FACTOR);
      double sum = 0;
      for (int i = 0; i < strip.length; i++) {
        float rest = strip.scratch[i];
        float root = (float) Math.sqrt(Math.max(rest, 0));
        float weight = strip.weights[strip.weightsAt + i];
        float factor = rest < 0 ? 0 : weight * base / Math.max(root, floor);
        strip.scratch[factorAt + i] = factor;
        strip.normGradients[strip.normGradientsAt + i] -= factor / 2;
        sum += factor * rest;
      }
      return sum;
    }
  }

  private static final class Vectorised extends VolumeScore {
    Vectorised(Resources resources, int anchors, int tuples, int n, double minVolume) {
      super(resources, anchors, tuples, n, minVolume);
    }

    @Override
    boolean residuals(Strip strip, float threshold) {
      float[] scratch = strip.scratch;
      int yAt = yAt(strip, 0);
      int length = strip.length;
      boolean small = false;
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector norm = load(norms, strip.anchor + i);
        FloatVector rest = norm.sub(Vector.squaredY(scratch, yAt + i, strip.stride, n));
        rest.intoArray(scratch, i);
        VectorMask<Float> cancelled = rest.compare(VectorOperators.LE, norm.mul(threshold));
        small |= Lanes.any(cancelled, length - i);
      }
      return small;
    }

    @Override
    void volumes(Strip strip, float base) {
      float[] scores = strip.scores;
      int scoresAt = strip.scoresAt;
      for (int i = 0; i < strip.length; i += Lanes.COUNT) {
        load(strip.scratch, i).max(0).sqrt().mul(-base).intoArray(scores, scoresAt + i);
      }
    }

    @Override
    double factors(Strip strip, float base, float floor) {
      float[] scratch = strip.scratch;
      int factorAt = strip.scratchAt(FACTOR);
      int length = strip.length;
      FloatVector sum = Lanes.all(0);
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector rest = load(scratch, i);
        FloatVector factor =
            load(strip.weights, strip.weightsAt + i)
                .mul(base)
                .div(rest.max(0).sqrt().max(floor))
                .blend(0, rest.compare(VectorOperators.LT, 0));
        factor.intoArray(scratch, factorAt + i);
        Lanes.subtractHalf(factor, strip.normGradients, strip.normGradientsAt + i);
        sum = Lanes.add(sum, factor.mul(rest), length - i);
      }
      return Lanes.total(sum);
    }
  }
}
