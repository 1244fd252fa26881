package io.gramian.cpu.pair;

import static io.gramian.cpu.simd.Lanes.load;

import io.gramian.cpu.simd.Lanes;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The negative squared area of the triangle of the anchor and the two members of a tuple: -(|u|^2
 * |w|^2 - (u.w)^2) / 2, u = a - m1, w = a - m2. Keeps nothing of a pair.
 */
abstract class AreaScore extends PairScore {
  final float[] norms;

  /** |m1|^2, &lt;m1, m2&gt;, |m2|^2 of each tuple, and their gradients. */
  final float[] grams;

  final double[] sums;

  private AreaScore(Resources resources, int anchors, int tuples) {
    this.norms = resources.floats(Simd.room(anchors));
    this.grams = resources.floats(3 * tuples);
    this.sums = resources.doubles(3 * tuples);
  }

  /** The functor for fixed sizes. */
  static AreaScore of(Resources resources, int anchors, int tuples) {
    return resources.simd().hasVectors()
        ? new Vectorised(resources, anchors, tuples)
        : new Scalar(resources, anchors, tuples);
  }

  @Override
  public final void anchor(int anchor, double squaredNorm) {
    norms[anchor] = (float) squaredNorm;
  }

  @Override
  public final void tuple(int tuple, TupleGram gram) {
    grams[3 * tuple] = (float) gram.get(0, 0);
    grams[3 * tuple + 1] = (float) gram.get(0, 1);
    grams[3 * tuple + 2] = (float) gram.get(1, 1);
    Arrays.fill(sums, 3 * tuple, 3 * tuple + 3, 0);
  }

  @Override
  public final boolean gramGradient(int tuple, double[] gradient) {
    gradient[0] = sums[3 * tuple];
    gradient[1] = sums[3 * tuple + 1] / 2;
    gradient[2] = gradient[1];
    gradient[3] = sums[3 * tuple + 2];
    return true;
  }

  private static final class Scalar extends AreaScore {
    Scalar(Resources resources, int anchors, int tuples) {
      super(resources, anchors, tuples);
    }

    @Override
    public void score(Strip strip) {
      int gram = 3 * strip.tuple;
      for (int i = 0; i < strip.length; i++) {
        float c1 = strip.c[strip.cAt + i];
        float c2 = strip.c[strip.cAt + strip.cStride + i];
        float norm = norms[strip.anchor + i];
        float uu = norm - 2 * c1 + grams[gram];
        float ww = norm - 2 * c2 + grams[gram + 2];
        float uw = norm - (c1 + c2) + grams[gram + 1];
        strip.scores[strip.scoresAt + i] = (uw * uw - uu * ww) / 2;
      }
    }

    @Override
    public void weigh(Strip strip) {
      int gram = 3 * strip.tuple;
      for (int i = 0; i < strip.length; i++) {
        float c1 = strip.c[strip.cAt + i];
        float c2 = strip.c[strip.cAt + strip.cStride + i];
        float norm = norms[strip.anchor + i];
        float uu = norm - 2 * c1 + grams[gram];
        float ww = norm - 2 * c2 + grams[gram + 2];
        float uw = norm - (c1 + c2) + grams[gram + 1];
        float w = strip.weights[strip.weightsAt + i];
        float t1 = w * (ww - uw);
        float t2 = w * (uu - uw);
        strip.c[strip.cAt + i] = t1;
        strip.c[strip.cAt + strip.cStride + i] = t2;
        strip.normGradients[strip.normGradientsAt + i] -= (t1 + t2) / 2;
        sums[gram] -= w * ww / 2;
        sums[gram + 1] += w * uw;
        sums[gram + 2] -= w * uu / 2;
      }
    }
  }

  private static final class Vectorised extends AreaScore {
    Vectorised(Resources resources, int anchors, int tuples) {
      super(resources, anchors, tuples);
    }

    @Override
    public void score(Strip strip) {
      int gram = 3 * strip.tuple;
      float[] c = strip.c;
      int c1At = strip.cAt;
      int c2At = c1At + strip.cStride;
      for (int i = 0; i < strip.length; i += Lanes.COUNT) {
        FloatVector norm = load(norms, strip.anchor + i);
        FloatVector c1 = load(c, c1At + i);
        FloatVector c2 = load(c, c2At + i);
        FloatVector uu = norm.sub(c1.add(c1)).add(grams[gram]);
        FloatVector ww = norm.sub(c2.add(c2)).add(grams[gram + 2]);
        FloatVector uw = norm.sub(c1.add(c2)).add(grams[gram + 1]);
        uw.mul(uw).sub(uu.mul(ww)).mul(0.5f).intoArray(strip.scores, strip.scoresAt + i);
      }
    }

    @Override
    public void weigh(Strip strip) {
      int gram = 3 * strip.tuple;
      float[] c = strip.c;
      int c1At = strip.cAt;
      int c2At = c1At + strip.cStride;
      int length = strip.length;
      FloatVector sumU = Lanes.all(0);
      FloatVector sumUw = sumU;
      FloatVector sumW = sumU;
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector norm = load(norms, strip.anchor + i);
        FloatVector c1 = load(c, c1At + i);
        FloatVector c2 = load(c, c2At + i);
        FloatVector uu = norm.sub(c1.add(c1)).add(grams[gram]);
        FloatVector ww = norm.sub(c2.add(c2)).add(grams[gram + 2]);
        FloatVector uw = norm.sub(c1.add(c2)).add(grams[gram + 1]);
        FloatVector w = load(strip.weights, strip.weightsAt + i);
        FloatVector t1 = w.mul(ww.sub(uw));
        FloatVector t2 = w.mul(uu.sub(uw));
        t1.intoArray(c, c1At + i);
        t2.intoArray(c, c2At + i);
        Lanes.subtractHalf(t1.add(t2), strip.normGradients, strip.normGradientsAt + i);
        if (length - i < Lanes.COUNT) {
          w = w.blend(0, Lanes.first(length - i).not());
        }
        sumU = sumU.add(w.mul(ww));
        sumUw = sumUw.add(w.mul(uw));
        sumW = sumW.add(w.mul(uu));
      }
      sums[gram] -= Lanes.total(sumU) / 2;
      sums[gram + 1] += Lanes.total(sumUw);
      sums[gram + 2] -= Lanes.total(sumW) / 2;
    }
  }
}
