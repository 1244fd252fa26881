package io.gramian.cpu.simd;

/**
 * Exponentials of strips (see {@link StripMath}), fused with what loss functions do with them. The
 * relative error of an exponential is below 2e-7 plus what its argument carries; exp of anything
 * below -87 is 0.
 *
 * <p>Of an online softmax over both directions of a matrix of scores, anchors are the rows and
 * tuples the columns: every anchor of a strip has a maximum of its own, all share that of the
 * tuple.
 */
public interface ExpMath {
  /**
   * Terms factor * exp(scale * (x - maximum)), each anchor with its own.
   *
   * @param maxima one per anchor, from anchor 0 on
   * @param factors the same
   */
  record RowTerms(float scale, float[] maxima, float[] factors) {}

  /**
   * maxima = max(maxima, x).
   *
   * @return the maximum of x, NaN if it holds one
   */
  float maxima(float[] x, int xAt, float[] maxima, int maximaAt, int length);

  /**
   * Adds up an online softmax: sums += exp(rowScale * (x - maxima)) for the scores x of a strip, no
   * x exceeding its maximum.
   *
   * @param rows maxima and sums of the anchors, from {@code maximaAt} and {@code sumsAt} on
   * @return the sum of exp(columnScale * (x - columnMaximum)), no x exceeding it
   */
  double softmaxSums(
      Strip strip,
      float rowScale,
      float[] rows,
      int maximaAt,
      int sumsAt,
      float columnScale,
      float columnMaximum);

  /**
   * The weights of a strip from its scores x: the terms of the rows + columnFactor *
   * exp(columnScale * (x - columnMaximum)) - constant.
   */
  void softmaxWeights(
      Strip strip,
      RowTerms rows,
      float columnScale,
      float columnMaximum,
      float columnFactor,
      float constant);

  /**
   * out += factor * exp(scale * x), scale * x at most 0.
   *
   * @return the sum of exp(scale * x)
   */
  double addExp(float[] x, int xAt, float scale, float factor, float[] out, int outAt, int length);

  /** The sum of exp(scale * x) - 1, with all digits where that is small; scale * x at most 0. */
  double sumExpm1(float[] x, int xAt, float scale, int length);

  /** The sum of log(1 + exp(scale * x + bias)). */
  double softplus(float[] x, int xAt, float scale, float bias, int length);

  /** The weights of a strip from its scores x: factor * sigma(scale * x + bias). */
  void sigmoidWeights(Strip strip, float scale, float bias, float factor);
}
