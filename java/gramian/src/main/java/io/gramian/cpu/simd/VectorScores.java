package io.gramian.cpu.simd;

import static io.gramian.cpu.simd.VectorStrips.LANES;
import static io.gramian.cpu.simd.VectorStrips.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link ScoreMath} in the Vector API. */
final class VectorScores implements ScoreMath {
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
    for (int i = 0; i < length; i += LANES) {
      FloatVector norm = FloatVector.fromArray(SPECIES, norms, normsAt + i);
      FloatVector rest = norm.sub(squares(y, yAt + i, yStride, terms));
      rest.intoArray(residuals, residualsAt + i);
      VectorMask<Float> cancelled = rest.compare(VectorOperators.LE, norm.mul(threshold));
      small |=
          (length - i < LANES ? cancelled.and(VectorStrips.upTo(length - i)) : cancelled).anyTrue();
    }
    return small;
  }

  @Override
  public void volumes(
      float[] residuals, int residualsAt, float base, float[] scores, int scoresAt, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, residuals, residualsAt + i)
          .max(0)
          .sqrt()
          .mul(-base)
          .intoArray(scores, scoresAt + i);
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
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += LANES) {
      FloatVector rest = FloatVector.fromArray(SPECIES, residuals, residualsAt + i);
      VectorMask<Float> dead = rest.compare(VectorOperators.LT, 0);
      FloatVector factor =
          FloatVector.fromArray(SPECIES, weights, weightsAt + i)
              .mul(base)
              .div(rest.max(0).sqrt().max(floor))
              .blend(0, dead);
      factor.intoArray(factors, factorsAt + i);
      addHalf(factor.neg(), normGradients, normGradientsAt + i);
      FloatVector term = factor.mul(rest);
      sum = length - i < LANES ? sum.add(term, VectorStrips.upTo(length - i)) : sum.add(term);
    }
    return VectorStrips.total(sum);
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
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector offset = FloatVector.broadcast(SPECIES, rest);
    FloatVector slope = FloatVector.broadcast(SPECIES, share);
    for (int i = 0; i < length; i += LANES) {
      FloatVector inverse = FloatVector.fromArray(SPECIES, inverseNorms, inverseNormsAt + i);
      FloatVector part =
          squares(y, yAt + i, yStride, terms)
              .mul(inverse)
              .blend(one, inverse.compare(VectorOperators.EQ, 0));
      part.intoArray(explained, explainedAt + i);
      FloatVector score = part.fma(slope, offset);
      (squared ? score : score.max(0).sqrt()).intoArray(scores, scoresAt + i);
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
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, weights, weightsAt + i);
      v =
          squared
              ? v.add(v)
              : v.div(FloatVector.fromArray(SPECIES, scores, scoresAt + i).max(minScore));
      v = v.mul(share);
      FloatVector part = FloatVector.fromArray(SPECIES, explained, explainedAt + i);
      FloatVector factor = v.mul(FloatVector.fromArray(SPECIES, inverseNorms, inverseNormsAt + i));
      factor.intoArray(factors, factorsAt + i);
      addHalf(factor.mul(part).neg(), normGradients, normGradientsAt + i);
      FloatVector term = v.mul(one.sub(part));
      sum = length - i < LANES ? sum.add(term, VectorStrips.upTo(length - i)) : sum.add(term);
    }
    return VectorStrips.total(sum);
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
    for (int i = 0; i < length; i += LANES) {
      FloatVector both = FloatVector.fromArray(SPECIES, norms, normsAt + i).add(norm);
      FloatVector squared =
          FloatVector.fromArray(SPECIES, c, cAt + i).fma(FloatVector.broadcast(SPECIES, -2), both);
      squared.max(0).neg().intoArray(scores, scoresAt + i);
      VectorMask<Float> cancelled = squared.compare(VectorOperators.LE, both.mul(threshold));
      small |=
          (length - i < LANES ? cancelled.and(VectorStrips.upTo(length - i)) : cancelled).anyTrue();
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
    for (int i = 0; i < length; i += LANES) {
      FloatVector norm = FloatVector.fromArray(SPECIES, norms, normsAt + i);
      FloatVector c1 = FloatVector.fromArray(SPECIES, c, cAt + i);
      FloatVector c2 = FloatVector.fromArray(SPECIES, c, cAt + cStride + i);
      FloatVector uu = norm.sub(c1.add(c1)).add(gram[gramAt]);
      FloatVector ww = norm.sub(c2.add(c2)).add(gram[gramAt + 2]);
      FloatVector uw = norm.sub(c1.add(c2)).add(gram[gramAt + 1]);
      uw.mul(uw).sub(uu.mul(ww)).mul(0.5f).intoArray(scores, scoresAt + i);
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
    FloatVector sumU = FloatVector.zero(SPECIES);
    FloatVector sumUw = sumU;
    FloatVector sumW = sumU;
    for (int i = 0; i < length; i += LANES) {
      FloatVector norm = FloatVector.fromArray(SPECIES, norms, normsAt + i);
      FloatVector c1 = FloatVector.fromArray(SPECIES, c, cAt + i);
      FloatVector c2 = FloatVector.fromArray(SPECIES, c, cAt + cStride + i);
      FloatVector uu = norm.sub(c1.add(c1)).add(gram[gramAt]);
      FloatVector ww = norm.sub(c2.add(c2)).add(gram[gramAt + 2]);
      FloatVector uw = norm.sub(c1.add(c2)).add(gram[gramAt + 1]);
      FloatVector w = FloatVector.fromArray(SPECIES, weights, weightsAt + i);
      FloatVector ofFirst = w.mul(ww.sub(uw));
      FloatVector ofSecond = w.mul(uu.sub(uw));
      ofFirst.intoArray(c, cAt + i);
      ofSecond.intoArray(c, cAt + cStride + i);
      addHalf(ofFirst.add(ofSecond).neg(), normGradients, normGradientsAt + i);
      if (length - i < LANES) {
        w = w.blend(0, VectorStrips.upTo(length - i).not());
      }
      sumU = sumU.add(w.mul(ww));
      sumUw = sumUw.add(w.mul(uw));
      sumW = sumW.add(w.mul(uu));
    }
    sums[sumsAt] -= VectorStrips.total(sumU) / 2;
    sums[sumsAt + 1] += VectorStrips.total(sumUw);
    sums[sumsAt + 2] -= VectorStrips.total(sumW) / 2;
  }

  /** The sum of the squares of the terms. */
  private static FloatVector squares(float[] y, int at, int stride, int terms) {
    FloatVector first = FloatVector.fromArray(SPECIES, y, at);
    FloatVector sum = first.mul(first);
    for (int t = 1; t < terms; t++) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, at + t * stride);
      sum = v.fma(v, sum);
    }
    return sum;
  }

  private static void addHalf(FloatVector v, float[] to, int at) {
    v.fma(FloatVector.broadcast(SPECIES, 0.5f), FloatVector.fromArray(SPECIES, to, at))
        .intoArray(to, at);
  }
}
