package io.gramian.cpu.simd;

/** {@link StripMath} without the Vector API. */
final class ScalarStrips implements StripMath {
  @Override
  public void solve(Strip strip, float[] inverse, int inverseAt, int n, int y) {
    for (int l = 0; l < n; l++) {
      int at = inverseAt + StripMath.triangle(l, 0);
      int yAt = strip.scratchAt(y + l);
      scale(strip.c, strip.cAt, inverse[at], strip.scratch, yAt, strip.length);
      for (int m = 1; m <= l; m++) {
        int cAt = strip.cAt + m * strip.cStride;
        addScaled(strip.c, cAt, inverse[at + m], strip.scratch, yAt, strip.length);
      }
    }
  }

  @Override
  public void solveTransposed(Strip strip, float[] inverse, int inverseAt, int n, int y, int g) {
    float[] scratch = strip.scratch;
    for (int l = 0; l < n; l++) {
      int gAt = strip.scratchAt(g + l);
      float first = inverse[inverseAt + StripMath.triangle(l, l)];
      scale(scratch, strip.scratchAt(y + l), first, scratch, gAt, strip.length);
      for (int m = l + 1; m < n; m++) {
        float element = inverse[inverseAt + StripMath.triangle(m, l)];
        addScaled(scratch, strip.scratchAt(y + m), element, scratch, gAt, strip.length);
      }
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
  public double exactDistance(float[] x, int xAt, float[] y, int yAt, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      double difference = (double) x[xAt + i] - y[yAt + i];
      sum += difference * difference;
    }
    return sum;
  }

  @Override
  public void addExactDifference(
      double factor, float[] x, int xAt, float[] y, int yAt, double[] out, int outAt, int length) {
    for (int i = 0; i < length; i++) {
      out[outAt + i] += factor * ((double) x[xAt + i] - y[yAt + i]);
    }
  }

  @Override
  public void exactCombine(
      double[] coefficients,
      int coefficientsAt,
      int terms,
      float[] rows,
      int stride,
      float[] out,
      int outAt,
      int length) {
    for (int i = 0; i < length; i++) {
      double sum = 0;
      for (int t = 0; t < terms; t++) {
        sum += coefficients[coefficientsAt + t] * rows[t * stride + i];
      }
      out[outAt + i] = (float) sum;
    }
  }
}
