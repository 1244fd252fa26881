package io.gramian.cpu.simd;

/**
 * Linear algebra on strips: runs of floats in arrays, each given as an array and where it starts.
 * Strips have room for {@code length} rounded up to {@link Simd#PADDING}; operations may write
 * there, sums leave it out. Sums run in a fixed order.
 */
public interface StripMath {
  /** out = sum over t of coefficient[t] * in[t], t counting strips {@code inStride} apart. */
  void combine(
      float[] coefficients,
      int coefficientsAt,
      int terms,
      float[] in,
      int inAt,
      int inStride,
      float[] out,
      int outAt,
      int length);

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

  /** out = factor * (sum over t of coefficient[t] * in[t]), as {@link #combine}, in float64. */
  void exactCombine(
      double[] coefficients,
      int coefficientsAt,
      int terms,
      double factor,
      float[] in,
      int inAt,
      int inStride,
      float[] out,
      int outAt,
      int length);
}
