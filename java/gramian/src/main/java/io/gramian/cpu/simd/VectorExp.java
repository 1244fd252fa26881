package io.gramian.cpu.simd;

import static io.gramian.cpu.simd.VectorStrips.LANES;
import static io.gramian.cpu.simd.VectorStrips.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link ExpMath} in the Vector API. */
final class VectorExp implements ExpMath {
  @Override
  public float maxima(float[] x, int xAt, float[] maxima, int maximaAt, int length) {
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xAt + i);
      v.max(FloatVector.fromArray(SPECIES, maxima, maximaAt + i)).intoArray(maxima, maximaAt + i);
      most = most.max(v);
    }
    if (i < length) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xAt + i);
      v.max(FloatVector.fromArray(SPECIES, maxima, maximaAt + i)).intoArray(maxima, maximaAt + i);
      most = most.lanewise(VectorOperators.MAX, v, VectorStrips.upTo(length - i));
    }
    return most.reduceLanes(VectorOperators.MAX);
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
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xAt + i);
      exp(v.sub(FloatVector.fromArray(SPECIES, rowMaxima, rowMaximaAt + i)).mul(rowScale))
          .add(FloatVector.fromArray(SPECIES, sums, sumsAt + i))
          .intoArray(sums, sumsAt + i);
      FloatVector e = exp(v.sub(columnMaximum).mul(columnScale));
      sum = length - i < LANES ? sum.add(e, VectorStrips.upTo(length - i)) : sum.add(e);
    }
    return VectorStrips.total(sum);
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
    FloatVector offset = FloatVector.broadcast(SPECIES, -constant);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xAt + i);
      FloatVector row =
          exp(v.sub(FloatVector.fromArray(SPECIES, rowMaxima, rowMaximaAt + i)).mul(rowScale));
      FloatVector column = exp(v.sub(columnMaximum).mul(columnScale)).mul(columnFactor);
      row.fma(FloatVector.fromArray(SPECIES, rowFactors, rowFactorsAt + i), column)
          .add(offset)
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public double addExp(
      float[] x, int xAt, float scale, float factor, float[] out, int outAt, int length) {
    FloatVector factors = FloatVector.broadcast(SPECIES, factor);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += LANES) {
      FloatVector e = exp(FloatVector.fromArray(SPECIES, x, xAt + i).mul(scale));
      e.fma(factors, FloatVector.fromArray(SPECIES, out, outAt + i)).intoArray(out, outAt + i);
      sum = length - i < LANES ? sum.add(e, VectorStrips.upTo(length - i)) : sum.add(e);
    }
    return VectorStrips.total(sum);
  }

  @Override
  public double softplus(float[] x, int xAt, float scale, float bias, int length) {
    FloatVector offset = FloatVector.broadcast(SPECIES, bias);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += LANES) {
      FloatVector t =
          FloatVector.fromArray(SPECIES, x, xAt + i)
              .fma(FloatVector.broadcast(SPECIES, scale), offset);
      FloatVector value = t.max(0).add(log1p(exp(t.abs().neg())));
      sum = length - i < LANES ? sum.add(value, VectorStrips.upTo(length - i)) : sum.add(value);
    }
    return VectorStrips.total(sum);
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
    FloatVector offset = FloatVector.broadcast(SPECIES, bias);
    for (int i = 0; i < length; i += LANES) {
      FloatVector t =
          FloatVector.fromArray(SPECIES, x, xAt + i)
              .fma(FloatVector.broadcast(SPECIES, scale), offset);
      FloatVector e = exp(t.abs().neg());
      FloatVector above = FloatVector.broadcast(SPECIES, factor);
      VectorMask<Float> negative = t.compare(VectorOperators.LT, 0);
      above.blend(e.mul(factor), negative).div(e.add(1)).intoArray(out, outAt + i);
    }
  }

  /** {@link Polynomials#exp}. */
  private static FloatVector exp(FloatVector x) {
    FloatVector rounded =
        x.fma(
            FloatVector.broadcast(SPECIES, Polynomials.LOG2_E),
            FloatVector.broadcast(SPECIES, Polynomials.ROUND));
    FloatVector n = rounded.sub(Polynomials.ROUND);
    FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -Polynomials.LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(SPECIES, -Polynomials.LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(SPECIES, Polynomials.EXP_4);
    p = p.fma(r, FloatVector.broadcast(SPECIES, Polynomials.EXP_3));
    p = p.fma(r, FloatVector.broadcast(SPECIES, Polynomials.EXP_2));
    p = p.fma(r, FloatVector.broadcast(SPECIES, Polynomials.EXP_1));
    p = p.fma(r, FloatVector.broadcast(SPECIES, Polynomials.EXP_0));
    FloatVector mantissa = p.fma(r.mul(r), r).add(1);
    FloatVector power =
        rounded
            .viewAsIntegralLanes()
            .lanewise(VectorOperators.LSHL, 23)
            .add(0x3F800000)
            .viewAsFloatingLanes();
    return mantissa.mul(power).blend(0, x.compare(VectorOperators.LT, Polynomials.EXP_LOW));
  }

  /** {@link Polynomials#log1p}. */
  private static FloatVector log1p(FloatVector u) {
    FloatVector s = u.div(u.add(2));
    FloatVector z = s.mul(s);
    FloatVector q = FloatVector.broadcast(SPECIES, Polynomials.LOG_4);
    q = q.fma(z, FloatVector.broadcast(SPECIES, Polynomials.LOG_3));
    q = q.fma(z, FloatVector.broadcast(SPECIES, Polynomials.LOG_2));
    q = q.fma(z, FloatVector.broadcast(SPECIES, Polynomials.LOG_1));
    return q.fma(z, FloatVector.broadcast(SPECIES, Polynomials.LOG_0)).mul(s);
  }
}
