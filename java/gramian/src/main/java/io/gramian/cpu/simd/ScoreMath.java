package io.gramian.cpu.simd;

/**
 * What turns inner products into scores and weights of scores into weights of inner products, on
 * strips (see {@link StripMath}) of anchors that face one tuple. {@code norms} are the squared
 * norms |a|^2 of the anchors, {@code y = L^-1 c}, one strip per member of the tuple.
 */
public interface ScoreMath {
  /**
   * residual = norms - |y|^2.
   *
   * @return whether some residual is at most {@code threshold} of its norm: too much cancellation
   */
  boolean residuals(
      float[] norms,
      int normsAt,
      float[] y,
      int yAt,
      int yStride,
      int terms,
      float threshold,
      float[] residuals,
      int residualsAt,
      int length);

  /** score = -V, V = base * sqrt(max(residual, 0)), base the volume of the tuple. */
  void volumes(
      float[] residuals, int residualsAt, float base, float[] scores, int scoresAt, int length);

  /**
   * From weights w of volume scores: factor = w base^2 / max(V, minVolume), 0 where the residual is
   * negative; normGradients -= factor / 2.
   *
   * @return the sum of w V^2 / max(V, minVolume)
   */
  double volumeFactors(
      float[] weights,
      int weightsAt,
      float[] residuals,
      int residualsAt,
      float base,
      float minVolume,
      float[] factors,
      int factorsAt,
      float[] normGradients,
      int normGradientsAt,
      int length);

  /**
   * explained = |y|^2 * inverseNorms, 1 where the anchor is zero (its inverse norm is 0); p = 1 - q
   * = (1 - share) + share * explained; score = sqrt(p), or p if {@code squared}.
   *
   * @param share det G / product of the squared norms of the tuple
   * @param rest 1 - share, without its cancellation
   */
  void joint(
      float[] y,
      int yAt,
      int yStride,
      int terms,
      float[] inverseNorms,
      int inverseNormsAt,
      float share,
      float rest,
      boolean squared,
      float[] explained,
      int explainedAt,
      float[] scores,
      int scoresAt,
      int length);

  /**
   * From weights w of joint scores s: v = w / max(s, minScore), or 2 w if {@code squared}; factor =
   * v * share * inverseNorms; normGradients -= factor * explained / 2.
   *
   * @return the sum of v q, q = share * (1 - explained)
   */
  double jointFactors(
      float[] weights,
      int weightsAt,
      float[] scores,
      int scoresAt,
      float[] explained,
      int explainedAt,
      float[] inverseNorms,
      int inverseNormsAt,
      float share,
      float minScore,
      boolean squared,
      float[] factors,
      int factorsAt,
      float[] normGradients,
      int normGradientsAt,
      int length);

  /**
   * score = -max(norms + norm - 2 c, 0), the negative squared distance.
   *
   * @return whether some distance is at most {@code threshold} of norms + norm: too much
   *     cancellation
   */
  boolean distances(
      float[] norms,
      int normsAt,
      float norm,
      float[] c,
      int cAt,
      float threshold,
      float[] scores,
      int scoresAt,
      int length);

  /**
   * The negative squared area of the triangle of the anchor and two members: u = a - m1, w = a -
   * m2, score = -(|u|^2 |w|^2 - (u.w)^2) / 2.
   *
   * @param gram holds at {@code gramAt} |m1|^2, &lt;m1, m2&gt;, |m2|^2
   */
  void areas(
      float[] norms,
      int normsAt,
      float[] gram,
      int gramAt,
      float[] c,
      int cAt,
      int cStride,
      float[] scores,
      int scoresAt,
      int length);

  /**
   * From weights of area scores: c becomes the weights of the inner products; normGradients gets
   * its part.
   *
   * @param sums gets the gradients of |m1|^2, &lt;m1, m2&gt;, |m2|^2 added
   */
  void areaFactors(
      float[] weights,
      int weightsAt,
      float[] norms,
      int normsAt,
      float[] gram,
      int gramAt,
      float[] c,
      int cAt,
      int cStride,
      float[] normGradients,
      int normGradientsAt,
      double[] sums,
      int sumsAt,
      int length);
}
