package io.gramian.cpu.pair;

import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;

/**
 * The Gram matrix of the rows of a tuple, in float64. An absent member counts as a unit vector
 * orthogonal to everything. One per worker, filled anew for each tuple.
 */
public final class TupleGram {
  private final int n;
  private final double[] values;
  private final boolean[] absent;

  /** Room for n rows, all entries zero. */
  public TupleGram(int n) {
    this.n = n;
    this.values = new double[n * n];
    this.absent = new boolean[n];
  }

  /** Measures rows that are {@code stride} apart. */
  void measure(StripMath strips, float[] rows, int stride, int d) {
    Arrays.fill(absent, false);
    for (int l = 0; l < n; l++) {
      for (int m = 0; m <= l; m++) {
        set(l, m, strips.exactDot(rows, l * stride, rows, m * stride, d));
      }
    }
  }

  /** Measures the rows of a tuple, but for absent ones. */
  void measure(StripMath strips, TupleRows tuples, int tuple, float[] rows, int stride) {
    measure(strips, rows, stride, tuples.d);
    for (int l = 0; l < n; l++) {
      if (tuples.isAbsent(tuple, l)) {
        setAbsent(l);
      }
    }
  }

  /**
   * dM += 2 dG M.
   *
   * @param gradient dG, n x n
   * @param rows M, and from {@code to} on dM, rows {@code stride} apart
   */
  static void backward(
      StripMath strips, double[] gradient, int n, float[] rows, int to, int stride, int d) {
    for (int l = 0; l < n; l++) {
      for (int m = 0; m < n; m++) {
        float factor = (float) (2 * gradient[l * n + m]);
        strips.addScaled(rows, m * stride, factor, rows, to + l * stride, d);
      }
    }
  }

  /** Marks a member, whose row is zero, as absent. */
  void setAbsent(int member) {
    absent[member] = true;
    set(member, member, 1);
  }

  /** Sets an entry and its mirror image. */
  public void set(int l, int m, double value) {
    values[l * n + m] = value;
    values[m * n + l] = value;
  }

  /** Number of rows. */
  public int size() {
    return n;
  }

  /** An entry. */
  public double get(int l, int m) {
    return values[l * n + m];
  }

  /** Whether a member is absent. */
  public boolean isAbsent(int member) {
    return absent[member];
  }
}
