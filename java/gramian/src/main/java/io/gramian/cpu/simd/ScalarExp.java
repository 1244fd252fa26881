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
  public double expSums(
      float[] x,
      int xAt,
      float rowScale,
      float[] rowMaxima,
      int rowMaximaAt,
      float[] sums,
      int sumsAt,
      float columnScale,
      float columnMaximum,
      int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      float v = x[xAt + i];
      sums[sumsAt + i] += Polynomials.exp(rowScale * (v - rowMaxima[rowMaximaAt + i]));
      sum += Polynomials.exp(columnScale * (v - columnMaximum));
    }
    return sum;
  }

  @Override
  public void expWeights(
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
      int length) {
    for (int i = 0; i < length; i++) {
      float v = x[xAt + i];
      float row =
          rowFactors[rowFactorsAt + i]
              * Polynomials.exp(rowScale * (v - rowMaxima[rowMaximaAt + i]));
      float column = columnFactor * Polynomials.exp(columnScale * (v - columnMaximum));
      out[outAt + i] = row + column - constant;
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
  public double softplus(float[] x, int xAt, float scale, float bias, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      float t = scale * x[xAt + i] + bias;
      sum += Math.max(t, 0) + Polynomials.log1p(Polynomials.exp(-Math.abs(t)));
    }
    return sum;
  }

  @Override
  public void sigmoid(
      float[] x,
      int xAt,
      float scale,
      float bias,
      float factor,
      float[] out,
      int outAt,
      int length) {
    for (int i = 0; i < length; i++) {
      float t = scale * x[xAt + i] + bias;
      float e = Polynomials.exp(-Math.abs(t));
      out[outAt + i] = (t < 0 ? factor * e : factor) / (1 + e);
    }
  }
}
