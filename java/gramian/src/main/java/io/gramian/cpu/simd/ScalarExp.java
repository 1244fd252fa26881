package io.gramian.cpu.simd;

/** {@link ExpMath} without the Vector API. */
final class ScalarExp implements ExpMath {
  @Override
  public float maxima(float[] x, int xAt, float[] maxima, int maximaAt, int length) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      float v = x[xAt + i];
      maxima[maximaAt + i] = Math.max(maxima[maximaAt + i], v);
      most = Math.max(most, v);
    }
    return most;
  }

  @Override
  public double softmaxSums(
      Strip strip,
      float rowScale,
      float[] rows,
      int maximaAt,
      int sumsAt,
      float columnScale,
      float columnMaximum) {
    double sum = 0;
    for (int i = 0; i < strip.length; i++) {
      float x = strip.scores[strip.scoresAt + i];
      rows[sumsAt + i] += Polynomials.exp(rowScale * (x - rows[maximaAt + i]));
      sum += Polynomials.exp(columnScale * (x - columnMaximum));
    }
    return sum;
  }

  @Override
  public void softmaxWeights(
      Strip strip,
      RowTerms rows,
      float columnScale,
      float columnMaximum,
      float columnFactor,
      float constant) {
    for (int i = 0; i < strip.length; i++) {
      float x = strip.scores[strip.scoresAt + i];
      int at = strip.anchor + i;
      float row = rows.factors()[at] * Polynomials.exp(rows.scale() * (x - rows.maxima()[at]));
      float column = columnFactor * Polynomials.exp(columnScale * (x - columnMaximum));
      strip.weights[strip.weightsAt + i] = row + column - constant;
    }
  }

  @Override
  public double addExp(
      float[] x, int xAt, float scale, float factor, float[] out, int outAt, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      float e = Polynomials.exp(scale * x[xAt + i]);
      out[outAt + i] += factor * e;
      sum += e;
    }
    return sum;
  }

  @Override
  public double sumExpm1(float[] x, int xAt, float scale, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Polynomials.expm1(scale * x[xAt + i]);
    }
    return sum;
  }

  @Override
  public double softplus(float[] x, int xAt, float scale, float bias, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      float t = scale * x[xAt + i] + bias;
      sum += Math.max(t, 0) + Polynomials.log1p(Polynomials.exp(-Math.abs(t)));
    }
    return sum;
  }

  @Override
  public void sigmoidWeights(Strip strip, float scale, float bias, float factor) {
    for (int i = 0; i < strip.length; i++) {
      float t = scale * strip.scores[strip.scoresAt + i] + bias;
      float e = Polynomials.exp(-Math.abs(t));
      strip.weights[strip.weightsAt + i] = (t < 0 ? factor * e : factor) / (1 + e);
    }
  }
}
