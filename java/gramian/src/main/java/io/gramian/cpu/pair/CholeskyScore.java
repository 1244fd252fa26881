package io.gramian.cpu.pair;

import static io.gramian.cpu.simd.Lanes.load;

import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Scores that depend on the inner products c through y = L^-1 c: by Schur's complement det Gram(a,
 * M) = det G (|a|^2 - |y|^2). In the weights of the inner products, t = factor * g with g = G^-1 c
 * = L^-T y, and the gradient with respect to G is -(spread * S + sum of factor * g g^T) / 2, where
 * S is G^-1, less diag(1 / G_ll) for scores that divide by the norms.
 */
abstract class CholeskyScore extends PairScore {
  /** Scratch: what the score keeps of y, the factors of g, y and g. */
  static final int KEPT = 0;

  static final int FACTOR = 1;
  private static final int Y = 2;

  final int n;
  final TupleFactors factors;

  /** |a|^2, 0 for an anchor that counts as zero. */
  final float[] norms;

  private final StripMath math;
  private final double[] spreads;
  private final double[] moments;

  CholeskyScore(Resources resources, int anchors, int tuples, int n) {
    this.math = resources.simd().strips();
    this.n = n;
    this.factors = new TupleFactors(resources, tuples, n);
    this.norms = resources.floats(Simd.room(anchors));
    this.spreads = resources.doubles(tuples);
    this.moments = resources.doubles(tuples * n * n);
  }

  /** Scores from y and the norms. */
  abstract void scoreFromY(Strip strip);

  /**
   * Factors of g from weights of scores, to the strip {@link #FACTOR}.
   *
   * @return the sum that {@link #gramGradient} multiplies S by
   */
  abstract double weighFactors(Strip strip);

  /** Whether the score divides by the norms of the members. */
  abstract boolean dividesByNorms();

  @Override
  public final int strips() {
    return Y + 2 * n;
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {
    // The inner products of such an anchor are nothing, too: its residual is dead.
    norms[anchor] = TupleFactors.isZero(squaredNorm) ? 0 : (float) squaredNorm;
  }

  @Override
  public final void tuple(int tuple, TupleGram gram) {
    factors.factor(tuple, gram);
    spreads[tuple] = 0;
    Arrays.fill(moments, tuple * n * n, (tuple + 1) * n * n, 0);
  }

  @Override
  public final void score(Strip strip) {
    math.solve(strip, factors.inverses(), factors.inverseAt(strip.tuple), n, Y);
    scoreFromY(strip);
  }

  @Override
  public final void weigh(Strip strip) {
    int g = Y + n;
    spreads[strip.tuple] += weighFactors(strip);
    math.solveTransposed(strip, factors.inverses(), factors.inverseAt(strip.tuple), n, Y, g);
    float[] scratch = strip.scratch;
    int factorAt = strip.scratchAt(FACTOR);
    for (int l = 0; l < n; l++) {
      int cAt = strip.cAt + l * strip.cStride;
      int gAt = strip.scratchAt(g + l);
      math.multiply(scratch, factorAt, scratch, gAt, strip.c, cAt, strip.length);
    }
    for (int l = 0; l < n; l++) {
      int cAt = strip.cAt + l * strip.cStride;
      for (int m = 0; m <= l; m++) {
        int gAt = strip.scratchAt(g + m);
        moments[(strip.tuple * n + l) * n + m] +=
            math.dot(strip.c, cAt, scratch, gAt, strip.length);
      }
    }
  }

  @Override
  public final boolean gramGradient(int tuple, double[] gradient) {
    for (int l = 0; l < n; l++) {
      for (int m = 0; m <= l; m++) {
        double spread = factors.inverseGram(tuple, l, m);
        if (l == m && dividesByNorms() && spread != 0) {
          spread -= 1 / factors.squaredNorm(tuple, l);
        }
        double value = -(spreads[tuple] * spread + moments[(tuple * n + l) * n + m]) / 2;
        gradient[l * n + m] = value;
        gradient[m * n + l] = value;
      }
    }
    return true;
  }

  /** y_l of an anchor of a strip is there. */
  static int yAt(Strip strip, int l) {
    return strip.scratchAt(Y + l);
  }

  /** |y|^2 of an anchor of a strip. */
  final float squaredY(Strip strip, int i) {
    float sum = 0;
    for (int l = 0; l < n; l++) {
      float y = strip.scratch[yAt(strip, l) + i];
      sum += y * y;
    }
    return sum;
  }

  /** Loops in the Vector API. */
  static final class Vector {
    private Vector() {}

    /** |y|^2 of the anchors from index i on. */
    static FloatVector squaredY(float[] scratch, int yAt, int stride, int n) {
      FloatVector first = load(scratch, yAt);
      FloatVector sum = first.mul(first);
      for (int l = 1; l < n; l++) {
        FloatVector y = load(scratch, yAt + l * stride);
        sum = y.fma(y, sum);
      }
      return sum;
    }
  }
}
