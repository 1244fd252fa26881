package io.gramian.cpu.simd;

import static io.gramian.cpu.simd.Lanes.all;
import static io.gramian.cpu.simd.Lanes.exp;
import static io.gramian.cpu.simd.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link ExpMath} in the Vector API. */
final class VectorExp implements ExpMath {
  @Override
  public float maxima(float[] x, int xAt, float[] maxima, int maximaAt, int length) {
    FloatVector most = all(Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
      FloatVector v = load(x, xAt + i);
      v.max(load(maxima, maximaAt + i)).intoArray(maxima, maximaAt + i);
      most = most.max(v);
    }
    if (i < length) {
      FloatVector v = load(x, xAt + i);
      v.max(load(maxima, maximaAt + i)).intoArray(maxima, maximaAt + i);
      most = most.lanewise(VectorOperators.MAX, v, Lanes.first(length - i));
    }
    return most.reduceLanes(VectorOperators.MAX);
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
    float[] scores = strip.scores;
    int scoresAt = strip.scoresAt;
    int length = strip.length;
    FloatVector sum = all(0);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector x = load(scores, scoresAt + i);
      exp(x.sub(load(rows, maximaAt + i)).mul(rowScale))
          .add(load(rows, sumsAt + i))
          .intoArray(rows, sumsAt + i);
      sum = Lanes.add(sum, exp(x.sub(columnMaximum).mul(columnScale)), length - i);
    }
    return Lanes.total(sum);
  }

  @Override
  public void softmaxWeights(
      Strip strip,
      RowTerms rows,
      float columnScale,
      float columnMaximum,
      float columnFactor,
      float constant) {
    float[] scores = strip.scores;
    float[] weights = strip.weights;
    float[] maxima = rows.maxima();
    float[] factors = rows.factors();
    float rowScale = rows.scale();
    int scoresAt = strip.scoresAt;
    int weightsAt = strip.weightsAt;
    int anchor = strip.anchor;
    FloatVector offset = all(-constant);
    for (int i = 0; i < strip.length; i += Lanes.COUNT) {
      FloatVector x = load(scores, scoresAt + i);
      FloatVector row = exp(x.sub(load(maxima, anchor + i)).mul(rowScale));
      FloatVector column = exp(x.sub(columnMaximum).mul(columnScale)).mul(columnFactor);
      row.fma(load(factors, anchor + i), column).add(offset).intoArray(weights, weightsAt + i);
    }
  }

  @Override
  public double addExp(
      float[] x, int xAt, float scale, float factor, float[] out, int outAt, int length) {
    FloatVector factors = all(factor);
    FloatVector sum = all(0);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector e = exp(load(x, xAt + i).mul(scale));
      e.fma(factors, load(out, outAt + i)).intoArray(out, outAt + i);
      sum = Lanes.add(sum, e, length - i);
    }
    return Lanes.total(sum);
  }

  @Override
  public double sumExpm1(float[] x, int xAt, float scale, int length) {
    FloatVector sum = all(0);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      sum = Lanes.add(sum, Lanes.expm1(load(x, xAt + i).mul(scale)), length - i);
    }
    return Lanes.total(sum);
  }

  @Override
  public double softplus(float[] x, int xAt, float scale, float bias, int length) {
    FloatVector offset = all(bias);
    FloatVector sum = all(0);
    for (int i = 0; i < length; i += Lanes.COUNT) {
      FloatVector t = load(x, xAt + i).fma(all(scale), offset);
      FloatVector value = t.max(0).add(Lanes.log1p(exp(t.abs().neg())));
      sum = Lanes.add(sum, value, length - i);
    }
    return Lanes.total(sum);
  }

  @Override
  public void sigmoidWeights(Strip strip, float scale, float bias, float factor) {
    float[] scores = strip.scores;
    float[] weights = strip.weights;
    int scoresAt = strip.scoresAt;
    int weightsAt = strip.weightsAt;
    FloatVector offset = all(bias);
    for (int i = 0; i < strip.length; i += Lanes.COUNT) {
      FloatVector t = load(scores, scoresAt + i).fma(all(scale), offset);
      FloatVector e = exp(t.abs().neg());
      VectorMask<Float> negative = t.compare(VectorOperators.LT, 0);
      all(factor).blend(e.mul(factor), negative).div(e.add(1)).intoArray(weights, weightsAt + i);
    }
  }
}
