package io.gramian.cpu.simd;

/**
 * Exponentials of strips (see {@link StripMath}), fused with what loss functions do with them. The
 * relative error of an exponential is below 2e-7 plus what its argument carries; exp of anything
 * below -87 is 0.
 */
public interface ExpMath {
  /**
   * maxima = max(maxima, x).
   *
   * @return the maximum of x, NaN if it holds one
   */
  float maxima(float[] x, int xAt, float[] maxima, int maximaAt, int length);

  /**
   * sums += exp(rowScale * (x - rowMaxima)), where no x exceeds its maximum.
   *
   * @return the sum of exp(columnScale * (x - columnMaximum)), where no x exceeds it
   */
  double expSums(
      float[] x,
      int xAt,
      float rowScale,
      float[] rowMaxima,
      int rowMaximaAt,
      float[] sums,
      int sumsAt,
      float columnScale,
      float columnMaximum,
      int length);

  /**
   * out = rowFactors * exp(rowScale * (x - rowMaxima)) + columnFactor * exp(columnScale * (x -
   * columnMaximum)) - constant. May work in place.
   */
  void expWeights(
      float[] x,
      int xAt,
      float rowScale,
      float[] rowMaxima,
      int rowMaximaAt,
      float[] rowFactors,
      int rowFactorsAt,
      float columnScale,
      float columnMaximum,
      float columnFactor,
      float constant,
      float[] out,
      int outAt,
      int length);

  /**
   * out += factor * exp(scale * x), scale * x at most 0.
   *
   * @return the sum of exp(scale * x)
   */
  double addExp(float[] x, int xAt, float scale, float factor, float[] out, int outAt, int length);

  /** The sum of log(1 + exp(scale * x + bias)). */
  double softplus(float[] x, int xAt, float scale, float bias, int length);

  /** out = factor * sigma(scale * x + bias). May work in place. */
  void sigmoid(
      float[] x,
      int xAt,
      float scale,
      float bias,
      float factor,
      float[] out,
      int outAt,
      int length);
}
