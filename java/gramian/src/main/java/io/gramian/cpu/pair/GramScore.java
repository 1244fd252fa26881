package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;

/**
 * Scores that depend on the inner products c through y = L^-1 c: by Schur's complement det Gram(a,
 * M) = det G (|a|^2 - |y|^2). In the weights of the products, t = factor * g with g = G^-1 c = L^-T
 * y, and the gradient with respect to G is -(spread * S + sum of factor * g g^T) / 2, where S is
 * G^-1, less diag(1 / G_ll) for scores that divide by the norms.
 */
abstract class GramScore extends PairScore {
  final int n;
  final TupleFactors factors;
  final float[] norms;
  private final double[] spreads;
  private final double[] moments;

  GramScore(Simd simd, int anchors, int tuples, int n) {
    super(simd);
    this.n = n;
    this.factors = new TupleFactors(tuples, n);
    this.norms = new float[Panels.padded(anchors, Simd.PADDING)];
    this.spreads = new double[tuples];
    this.moments = new double[tuples * n * n];
  }

  /** Strips before those of {@link #y}: what the subclass wants, then the factor. */
  abstract int ownStrips();

  /** Scores from y and the norms. */
  abstract void scoreFromY(Strip strip, int yAt);

  /**
   * Factors of g from weights of scores.
   *
   * @param factorsAt where in the scratch they go
   * @return the sum that {@link #gramGradient} multiplies S by
   */
  abstract double weighFactors(Strip strip, int factorsAt);

  /** Whether the score divides by the norms of the members. */
  abstract boolean dividesByNorms();

  @Override
  public final int strips() {
    return ownStrips() + 1 + 2 * n;
  }

  @Override
  public long bytes() {
    return factors.bytes() + 4L * norms.length + 8L * (spreads.length + moments.length);
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {
    // The products of such an anchor are nothing, too: its residual is dead.
    norms[anchor] = TupleFactors.isDead(1, squaredNorm) ? 0 : (float) squaredNorm;
  }

  @Override
  public final void tuple(int tuple, double[] gram) {
    factors.factor(tuple, gram);
    spreads[tuple] = 0;
    Arrays.fill(moments, tuple * n * n, (tuple + 1) * n * n, 0);
  }

  @Override
  public final void score(Strip strip) {
    float[] row = new float[n];
    int yAt = yAt(strip);
    for (int l = 0; l < n; l++) {
      for (int m = 0; m <= l; m++) {
        row[m] = (float) factors.inverse(strip.tuple, l, m);
      }
      simd.strips()
          .combine(
              row,
              0,
              l + 1,
              strip.products,
              strip.productsAt,
              strip.productsStride,
              strip.scratch,
              yAt + l * strip.stride,
              strip.length);
    }
    scoreFromY(strip, yAt);
  }

  @Override
  public final void weigh(Strip strip) {
    int factorsAt = ownStrips() * strip.stride;
    spreads[strip.tuple] += weighFactors(strip, factorsAt);
    float[] column = new float[n];
    int yAt = yAt(strip);
    int gAt = yAt + n * strip.stride;
    StripMath math = simd.strips();
    for (int l = 0; l < n; l++) {
      for (int m = l; m < n; m++) {
        column[m] = (float) factors.inverse(strip.tuple, m, l);
      }
      math.combine(
          column,
          l,
          n - l,
          strip.scratch,
          yAt + l * strip.stride,
          strip.stride,
          strip.scratch,
          gAt + l * strip.stride,
          strip.length);
      math.multiply(
          strip.scratch,
          factorsAt,
          strip.scratch,
          gAt + l * strip.stride,
          strip.products,
          strip.productsAt + l * strip.productsStride,
          strip.length);
    }
    for (int l = 0; l < n; l++) {
      for (int m = 0; m <= l; m++) {
        moments[(strip.tuple * n + l) * n + m] +=
            math.dot(
                strip.products,
                strip.productsAt + l * strip.productsStride,
                strip.scratch,
                gAt + m * strip.stride,
                strip.length);
      }
    }
  }

  private int yAt(Strip strip) {
    return (ownStrips() + 1) * strip.stride;
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
}
