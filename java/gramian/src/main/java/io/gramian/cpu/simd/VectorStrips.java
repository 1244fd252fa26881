package io.gramian.cpu.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link StripMath} in the Vector API. */
final class VectorStrips implements StripMath {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int DOUBLE_LANES = DOUBLES.length();

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(32 * DOUBLE_LANES));

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
    for (int i = 0; i < length; i += LANES) {
      FloatVector sum =
          FloatVector.fromArray(SPECIES, in, inAt + i).mul(coefficients[coefficientsAt]);
      for (int t = 1; t < terms; t++) {
        sum =
            FloatVector.fromArray(SPECIES, in, inAt + t * inStride + i)
                .fma(FloatVector.broadcast(SPECIES, coefficients[coefficientsAt + t]), sum);
      }
      sum.intoArray(out, outAt + i);
    }
  }

  @Override
  public void multiply(float[] x, int xAt, float[] y, int yAt, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, x, xAt + i)
          .mul(FloatVector.fromArray(SPECIES, y, yAt + i))
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public void scale(float[] x, int xAt, float factor, float[] out, int outAt, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, x, xAt + i).mul(factor).intoArray(out, outAt + i);
    }
  }

  @Override
  public void addScaled(float[] x, int xAt, float factor, float[] out, int outAt, int length) {
    FloatVector scale = FloatVector.broadcast(SPECIES, factor);
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, x, xAt + i)
          .fma(scale, FloatVector.fromArray(SPECIES, out, outAt + i))
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public double sum(float[] x, int xAt, int length) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      sum = sum.add(FloatVector.fromArray(SPECIES, x, xAt + i));
    }
    if (i < length) {
      sum = sum.add(FloatVector.fromArray(SPECIES, x, xAt + i), upTo(length - i));
    }
    return total(sum);
  }

  @Override
  public double dot(float[] x, int xAt, float[] y, int yAt, int length) {
    return shiftedDot(x, xAt, y, yAt, 0, length);
  }

  @Override
  public double shiftedDot(float[] x, int xAt, float[] y, int yAt, float shift, int length) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      sum =
          FloatVector.fromArray(SPECIES, x, xAt + i)
              .fma(FloatVector.fromArray(SPECIES, y, yAt + i).sub(shift), sum);
    }
    if (i < length) {
      FloatVector product =
          FloatVector.fromArray(SPECIES, x, xAt + i)
              .mul(FloatVector.fromArray(SPECIES, y, yAt + i).sub(shift));
      sum = sum.add(product, upTo(length - i));
    }
    return total(sum);
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
    for (int i = 0; i < length; i += DOUBLE_LANES) {
      DoubleVector sum = DoubleVector.zero(DOUBLES);
      for (int t = 0; t < terms; t++) {
        DoubleVector coefficient =
            DoubleVector.broadcast(DOUBLES, coefficients[coefficientsAt + t]);
        sum = doubles(in, inAt + t * inStride + i).fma(coefficient, sum);
      }
      ((FloatVector) sum.mul(factor).convertShape(VectorOperators.D2F, HALF, 0))
          .intoArray(out, outAt + i);
    }
  }

  private static DoubleVector doubles(float[] x, int at) {
    return (DoubleVector)
        FloatVector.fromArray(HALF, x, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  /** The first lanes. */
  static VectorMask<Float> upTo(int lanes) {
    return SPECIES.indexInRange(0, lanes);
  }

  /** The sum of all lanes, in order. */
  static double total(FloatVector v) {
    double sum = 0;
    for (float lane : v.toArray()) {
      sum += lane;
    }
    return sum;
  }
}
