package io.gramian.cpu.pair;

import static io.gramian.cpu.simd.StripMath.triangle;

import io.gramian.cpu.simd.Resources;
import java.util.Arrays;

/**
 * Cholesky factors of the Gram matrices of tuples, in float64, without pivoting: for each tuple the
 * lower triangle of L^-1 with G = L L^T. A pivot of at most 1e-12 of the squared length, or a
 * squared length of at most 1e-30, is dead: the tuple has volume 0 and L^-1 counts as 0.
 */
public final class TupleFactors {
  private static final double RELATIVE_GATE = 1e-12;
  private static final double ABSOLUTE_GATE = 1e-30;

  private final int n;
  private final int size;
  private final double[] inverses;

  /** The same in float32, for strips. */
  private final float[] roundedInverses;

  private final double[] norms;
  private final float[] bases;
  private final float[] shares;
  private final float[] rests;

  TupleFactors(Resources resources, int tuples, int n) {
    this.n = n;
    this.size = n * (n + 1) / 2;
    this.inverses = resources.doubles(tuples * size);
    this.roundedInverses = resources.floats(tuples * size);
    this.norms = resources.doubles(tuples * n);
    this.bases = resources.floats(tuples);
    this.shares = resources.floats(tuples);
    this.rests = resources.floats(tuples);
  }

  /** Whether a squared distance to the span of other vectors counts as none. */
  public static boolean isDead(double pivot, double squaredNorm) {
    return pivot <= RELATIVE_GATE * squaredNorm || isZero(squaredNorm);
  }

  /** Whether a vector of that squared length counts as zero. */
  static boolean isZero(double squaredNorm) {
    return squaredNorm <= ABSOLUTE_GATE;
  }

  /** What a dead pivot counts as in a logarithm. */
  public static double gate(double squaredNorm) {
    return Math.max(RELATIVE_GATE * squaredNorm, ABSOLUTE_GATE);
  }

  /** Factors the Gram matrix of a tuple. */
  void factor(int tuple, TupleGram gram) {
    double[] lower = new double[size];
    double volume = 1;
    double share = 1;
    double rest = 0;
    for (int l = 0; l < n; l++) {
      norms[tuple * n + l] = gram.get(l, l);
    }
    for (int i = 0; i < n; i++) {
      double squared = gram.get(i, i);
      double explained = 0;
      for (int j = 0; j < i; j++) {
        double sum = gram.get(i, j);
        for (int l = 0; l < j; l++) {
          sum -= lower[triangle(i, l)] * lower[triangle(j, l)];
        }
        double element = sum / lower[triangle(j, j)];
        lower[triangle(i, j)] = element;
        explained += element * element;
      }
      double pivot = squared - explained;
      if (isDead(pivot, squared)) {
        bases[tuple] = 0;
        shares[tuple] = 0;
        rests[tuple] = 1;
        Arrays.fill(inverses, tuple * size, (tuple + 1) * size, 0);
        Arrays.fill(roundedInverses, tuple * size, (tuple + 1) * size, 0);
        return;
      }
      lower[triangle(i, i)] = Math.sqrt(pivot);
      volume *= lower[triangle(i, i)];
      rest += share * (explained / squared);
      share *= pivot / squared;
    }
    bases[tuple] = (float) volume;
    shares[tuple] = (float) share;
    rests[tuple] = (float) rest;
    invert(lower, tuple * size);
  }

  private void invert(double[] lower, int to) {
    for (int i = 0; i < n; i++) {
      inverses[to + triangle(i, i)] = 1 / lower[triangle(i, i)];
      for (int j = i - 1; j >= 0; j--) {
        double sum = 0;
        for (int l = j; l < i; l++) {
          sum -= lower[triangle(i, l)] * inverses[to + triangle(l, j)];
        }
        inverses[to + triangle(i, j)] = sum / lower[triangle(i, i)];
      }
    }
    for (int i = to; i < to + size; i++) {
      roundedInverses[i] = (float) inverses[i];
    }
  }

  /** All L^-1 in float32. */
  float[] inverses() {
    return roundedInverses;
  }

  /** Where L^-1 of a tuple starts in {@link #inverses}. */
  int inverseAt(int tuple) {
    return tuple * size;
  }

  /** Element of L^-1. */
  double inverse(int tuple, int row, int column) {
    return inverses[tuple * size + triangle(row, column)];
  }

  /** Element of G^-1 = L^-T L^-1. */
  double inverseGram(int tuple, int row, int column) {
    double sum = 0;
    for (int l = Math.max(row, column); l < n; l++) {
      sum += inverse(tuple, l, row) * inverse(tuple, l, column);
    }
    return sum;
  }

  /** |m_l|^2. */
  double squaredNorm(int tuple, int member) {
    return norms[tuple * n + member];
  }

  /** sqrt(det G), the volume of the tuple. */
  float base(int tuple) {
    return bases[tuple];
  }

  /** det G / product of the squared norms. */
  float share(int tuple) {
    return shares[tuple];
  }

  /** 1 - share, without its cancellation. */
  float rest(int tuple) {
    return rests[tuple];
  }
}
