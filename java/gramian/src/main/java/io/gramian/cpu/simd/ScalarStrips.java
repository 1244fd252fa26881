package io.gramian.cpu.simd;

/** {@link StripMath} without the Vector API. */
final class ScalarStrips implements StripMath {
  @Override
  public void combine(
      float[] coefficients,
      int coefficientsAt,
      int terms,
      float[] in,
      int inAt,
      int inStride,
      float[] out,
      int outAt,
      int length) {
    scale(in, inAt, coefficients[coefficientsAt], out, outAt, length);
    for (int t = 1; t < terms; t++) {
      addScaled(in, inAt + t * inStride, coefficients[coefficientsAt + t], out, outAt, length);
    }
  }

  @Override
  public void multiply(float[] x, int xAt, float[] y, int yAt, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i++) {
      out[outAt + i] = x[xAt + i] * y[yAt + i];
    }
  }

  @Override
  public void scale(float[] x, int xAt, float factor, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i++) {
      out[outAt + i] = factor * x[xAt + i];
    }
  }

  @Override
  public void addScaled(float[] x, int xAt, float factor, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i++) {
      out[outAt + i] += factor * x[xAt + i];
    }
  }

  @Override
  public double sum(float[] x, int xAt, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += x[xAt + i];
    }
    return sum;
  }

  @Override
  public double dot(float[] x, int xAt, float[] y, int yAt, int length) {
    return exactDot(x, xAt, y, yAt, length);
  }

  @Override
  public double shiftedDot(float[] x, int xAt, float[] y, int yAt, float shift, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) x[xAt + i] * (y[yAt + i] - shift);
    }
    return sum;
  }

  @Override
  public double exactDot(float[] x, int xAt, float[] y, int yAt, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) x[xAt + i] * y[yAt + i];
    }
    return sum;
  }

  @Override
  public void exactCombine(
      double[] coefficients,
      int coefficientsAt,
      int terms,
      double factor,
      float[] in,
      int inAt,
      int inStride,
      float[] out,
      int outAt,
      int length) {
    for (int i = 0; i < length; i++) {
      double sum = 0;
      for (int t = 0; t < terms; t++) {
        sum += coefficients[coefficientsAt + t] * in[inAt + t * inStride + i];
      }
      out[outAt + i] = (float) (factor * sum);
    }
  }
}
