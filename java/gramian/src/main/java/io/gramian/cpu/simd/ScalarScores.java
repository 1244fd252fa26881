package io.gramian.cpu.simd;

/** {@link ScoreMath} without the Vector API. */
final class ScalarScores implements ScoreMath {
  @Override
  public boolean residuals(
      float[] norms,
      int normsAt,
      float[] y,
      int yAt,
      int yStride,
      int terms,
      float threshold,
      float[] residuals,
      int residualsAt,
      int length) {
    boolean small = false;
    for (int i = 0; i < length; i++) {
      float norm = norms[normsAt + i];
      float rest = norm - squares(y, yAt + i, yStride, terms);
      residuals[residualsAt + i] = rest;
      small |= rest <= threshold * norm;
    }
    return small;
  }

  @Override
  public void volumes(
      float[] residuals, int residualsAt, float base, float[] scores, int scoresAt, int length) {
    for (int i = 0; i < length; i++) {
      scores[scoresAt + i] = -base * (float) Math.sqrt(Math.max(residuals[residualsAt + i], 0));
    }
  }

  @Override
  public double volumeFactors(
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
      int length) {
    float floor = minVolume / base;
    double sum = 0;
    for (int i = 0; i < length; i++) {
      float rest = residuals[residualsAt + i];
      float root = (float) Math.sqrt(Math.max(rest, 0));
      float factor = rest < 0 ? 0 : weights[weightsAt + i] * base / Math.max(root, floor);
      factors[factorsAt + i] = factor;
      normGradients[normGradientsAt + i] -= factor / 2;
      sum += factor * rest;
    }
    return sum;
  }

  @Override
  public void joint(
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
      int length) {
    for (int i = 0; i < length; i++) {
      float inverse = inverseNorms[inverseNormsAt + i];
      float part = inverse == 0 ? 1 : squares(y, yAt + i, yStride, terms) * inverse;
      explained[explainedAt + i] = part;
      float score = rest + share * part;
      scores[scoresAt + i] = squared ? score : (float) Math.sqrt(Math.max(score, 0));
    }
  }

  @Override
  public double jointFactors(
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
      int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      float w = weights[weightsAt + i];
      float v = share * (squared ? 2 * w : w / Math.max(scores[scoresAt + i], minScore));
      float part = explained[explainedAt + i];
      float factor = v * inverseNorms[inverseNormsAt + i];
      factors[factorsAt + i] = factor;
      normGradients[normGradientsAt + i] -= factor * part / 2;
      sum += v * (1 - part);
    }
    return sum;
  }

  @Override
  public boolean distances(
      float[] norms,
      int normsAt,
      float norm,
      float[] c,
      int cAt,
      float threshold,
      float[] scores,
      int scoresAt,
      int length) {
    boolean small = false;
    for (int i = 0; i < length; i++) {
      float both = norms[normsAt + i] + norm;
      float squared = both - 2 * c[cAt + i];
      scores[scoresAt + i] = -Math.max(squared, 0);
      small |= squared <= threshold * both;
    }
    return small;
  }

  @Override
  public void areas(
      float[] norms,
      int normsAt,
      float[] gram,
      int gramAt,
      float[] c,
      int cAt,
      int cStride,
      float[] scores,
      int scoresAt,
      int length) {
    for (int i = 0; i < length; i++) {
      float c1 = c[cAt + i];
      float c2 = c[cAt + cStride + i];
      float norm = norms[normsAt + i];
      float uu = norm - 2 * c1 + gram[gramAt];
      float ww = norm - 2 * c2 + gram[gramAt + 2];
      float uw = norm - (c1 + c2) + gram[gramAt + 1];
      scores[scoresAt + i] = (uw * uw - uu * ww) / 2;
    }
  }

  @Override
  public void areaFactors(
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
      int length) {
    for (int i = 0; i < length; i++) {
      float c1 = c[cAt + i];
      float c2 = c[cAt + cStride + i];
      float norm = norms[normsAt + i];
      float uu = norm - 2 * c1 + gram[gramAt];
      float ww = norm - 2 * c2 + gram[gramAt + 2];
      float uw = norm - (c1 + c2) + gram[gramAt + 1];
      float w = weights[weightsAt + i];
      float ofFirst = w * (ww - uw);
      float ofSecond = w * (uu - uw);
      c[cAt + i] = ofFirst;
      c[cAt + cStride + i] = ofSecond;
      normGradients[normGradientsAt + i] -= (ofFirst + ofSecond) / 2;
      sums[sumsAt] -= w * ww / 2;
      sums[sumsAt + 1] += w * uw;
      sums[sumsAt + 2] -= w * uu / 2;
    }
  }

  private static float squares(float[] y, int at, int stride, int terms) {
    float sum = 0;
    for (int t = 0; t < terms; t++) {
      float v = y[at + t * stride];
      sum += v * v;
    }
    return sum;
  }
}
