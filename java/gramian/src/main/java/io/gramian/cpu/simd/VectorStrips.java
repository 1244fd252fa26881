package io.gramian.cpu.simd;

import static io.gramian.cpu.simd.Lanes.all;
import static io.gramian.cpu.simd.Lanes.load;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link StripMath} in the Vector API. */
final class VectorStrips implements StripMath {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int DOUBLE_LANES = DOUBLES.length();

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(32 * DOUBLE_LANES));

  @Override
  public void solve(Strip strip, float[] inverse, int inverseAt, int n, int y) {
    float[] c = strip.c;
    float[] scratch = strip.scratch;
    int length = strip.length;
    for (int l = 0; l < n; l++) {
      int row = inverseAt + StripMath.triangle(l, 0);
      int cAt = strip.cAt;
      int cStride = strip.cStride;
      int yAt = strip.scratchAt(y + l);
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector sum = load(c, cAt + i).mul(inverse[row]);
        for (int m = 1; m <= l; m++) {
          sum = load(c, cAt + m * cStride + i).fma(all(inverse[row + m]), sum);
        }
        sum.intoArray(scratch, yAt + i);
      }
    }
  }

  @Override
  public void solveTransposed(Strip strip, float[] inverse, int inverseAt, int n, int y, int g) {
    float[] scratch = strip.scratch;
    int length = strip.length;
    for (int l = 0; l < n; l++) {
      int gAt = strip.scratchAt(g + l);
      float first = inverse[inverseAt + StripMath.triangle(l, l)];
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector sum = load(scratch, strip.scratchAt(y + l) + i).mul(first);
        for (int m = l + 1; m < n; m++) {
          float element = inverse[inverseAt + StripMath.triangle(m, l)];
          sum = load(scratch, strip.scratchAt(y + m) + i).fma(all(element), sum);
        }
        sum.intoArray(scratch, gAt + i);
      }
    }
  }

  @Override
  public void multiply(float[] x, int xAt, float[] y, int yAt, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      load(x, xAt + i).mul(load(y, yAt + i)).intoArray(out, outAt + i);
    }
  }

  @Override
  public void scale(float[] x, int xAt, float factor, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i += Lanes.COUNT) {
      load(x, xAt + i).mul(factor).intoArray(out, outAt + i);
    }
  }

  @Override
  public void addScaled(float[] x, int xAt, float factor, float[] out, int outAt, int length) {
    FloatVector scale = all(factor);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      load(x, xAt + i).fma(scale, load(out, outAt + i)).intoArray(out, outAt + i);
    }
  }

  @Override
  public double sum(float[] x, int xAt, int length) {
    FloatVector sum = all(0);
    int i = 0;
    for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
      sum = sum.add(load(x, xAt + i));
    }
    if (i < length) {
      sum = sum.add(load(x, xAt + i), Lanes.first(length - i));
    }
    return Lanes.total(sum);
  }

  @Override
  public double dot(float[] x, int xAt, float[] y, int yAt, int length) {
    return shiftedDot(x, xAt, y, yAt, 0, length);
  }

  @Override
  public double shiftedDot(float[] x, int xAt, float[] y, int yAt, float shift, int length) {
    FloatVector sum = all(0);
    int i = 0;
    for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
      sum = load(x, xAt + i).fma(load(y, yAt + i).sub(shift), sum);
    }
    if (i < length) {
      FloatVector product = load(x, xAt + i).mul(load(y, yAt + i).sub(shift));
      sum = sum.add(product, Lanes.first(length - i));
    }
    return Lanes.total(sum);
  }

  @Override
  public double exactDot(float[] x, int xAt, float[] y, int yAt, int length) {
    DoubleVector even = DoubleVector.zero(DOUBLES);
    DoubleVector odd = even;
    int i = 0;
    for (; i <= length - 2 * DOUBLE_LANES; i += 2 * DOUBLE_LANES) {
      even = doubles(x, xAt + i).fma(doubles(y, yAt + i), even);
      odd = doubles(x, xAt + i + DOUBLE_LANES).fma(doubles(y, yAt + i + DOUBLE_LANES), odd);
    }
    double tail = 0;
    for (; i < length; i++) {
      tail += (double) x[xAt + i] * y[yAt + i];
    }
    for (double lane : even.add(odd).toArray()) {
      tail += lane;
    }
    return tail;
  }

  @Override
  public double exactDistance(float[] x, int xAt, float[] y, int yAt, int length) {
    DoubleVector sum = DoubleVector.zero(DOUBLES);
    int i = 0;
    for (; i <= length - DOUBLE_LANES; i += DOUBLE_LANES) {
      DoubleVector difference = doubles(x, xAt + i).sub(doubles(y, yAt + i));
      sum = difference.fma(difference, sum);
    }
    double tail = 0;
    for (; i < length; i++) {
      double difference = (double) x[xAt + i] - y[yAt + i];
      tail += difference * difference;
    }
    for (double lane : sum.toArray()) {
      tail += lane;
    }
    return tail;
  }

  @Override
  public void addExactDifference(
      double factor, float[] x, int xAt, float[] y, int yAt, double[] out, int outAt, int length) {
    DoubleVector factors = DoubleVector.broadcast(DOUBLES, factor);
    int i = 0;
    for (; i <= length - DOUBLE_LANES; i += DOUBLE_LANES) {
      doubles(x, xAt + i)
          .sub(doubles(y, yAt + i))
          .fma(factors, DoubleVector.fromArray(DOUBLES, out, outAt + i))
          .intoArray(out, outAt + i);
    }
    for (; i < length; i++) {
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
    for (int i = 0; i < length; i += DOUBLE_LANES) {
      DoubleVector sum = DoubleVector.zero(DOUBLES);
      for (int t = 0; t < terms; t++) {
        DoubleVector coefficient =
            DoubleVector.broadcast(DOUBLES, coefficients[coefficientsAt + t]);
        sum = doubles(rows, t * stride + i).fma(coefficient, sum);
      }
      ((FloatVector) sum.convertShape(VectorOperators.D2F, HALF, 0)).intoArray(out, outAt + i);
    }
  }

  private static DoubleVector doubles(float[] x, int at) {
    return (DoubleVector)
        FloatVector.fromArray(HALF, x, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }
}
