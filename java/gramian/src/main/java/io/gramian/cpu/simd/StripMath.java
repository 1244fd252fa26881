package io.gramian.cpu.simd;

/**
 * Linear algebra on strips: runs of floats in arrays, each given as an array and where it starts.
 * Strips have room for {@code length} rounded up to {@link Simd#PADDING}; operations may write
 * there, sums leave it out. Sums run in a fixed order.
 */
public interface StripMath {
  /**
   * y = L^-1 c for every anchor of a strip.
   *
   * @param inverse the lower triangle of L^-1, row after row, from {@code inverseAt} on
   * @param y the number of the first of n strips of the scratch that y goes to
   */
  void solve(Strip strip, float[] inverse, int inverseAt, int n, int y);

  /**
   * g = L^-T y for every anchor of a strip, see {@link #solve}.
   *
   * @param g the number of the first of n strips of the scratch that g goes to
   */
  void solveTransposed(Strip strip, float[] inverse, int inverseAt, int n, int y, int g);

  /** out = x * y. */
  void multiply(float[] x, int xAt, float[] y, int yAt, float[] out, int outAt, int length);

  /** out = factor * x. */
  void scale(float[] x, int xAt, float factor, float[] out, int outAt, int length);

  /** out = out + factor * x. */
  void addScaled(float[] x, int xAt, float factor, float[] out, int outAt, int length);

  /** The sum of x, partly added up in float32. */
  double sum(float[] x, int xAt, int length);

  /** The sum of x * y, partly added up in float32. */
  double dot(float[] x, int xAt, float[] y, int yAt, int length);

  /** The sum of x * (y - shift), partly added up in float32. */
  double shiftedDot(float[] x, int xAt, float[] y, int yAt, float shift, int length);

  /** The sum of x * y in float64. */
  double exactDot(float[] x, int xAt, float[] y, int yAt, int length);

  /** The sum of (x - y)^2 in float64. */
  double exactDistance(float[] x, int xAt, float[] y, int yAt, int length);

  /** out += factor * (x - y) in float64. */
  void addExactDifference(
      double factor, float[] x, int xAt, float[] y, int yAt, double[] out, int outAt, int length);

  /**
   * out = sum over t of coefficient[t] * row t, in float64.
   *
   * @param coefficients one per row, from {@code coefficientsAt} on
   * @param rows {@code terms} rows, {@code stride} apart
   */
  void exactCombine(
      double[] coefficients,
      int coefficientsAt,
      int terms,
      float[] rows,
      int stride,
      float[] out,
      int outAt,
      int length);

  /** Where an element of a packed lower triangle is. */
  static int triangle(int row, int column) {
    return row * (row + 1) / 2 + column;
  }
}
