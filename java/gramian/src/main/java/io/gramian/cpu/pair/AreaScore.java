package io.gramian.cpu.pair;

import static io.gramian.cpu.simd.Lanes.load;

import io.gramian.cpu.simd.Lanes;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The negative squared area of the triangle of the anchor and the two members of a tuple: -(|u|^2
 * |w|^2 - (u.w)^2) / 2, u = a - m1, w = a - m2. Keeps |u|^2, u.w and |w|^2.
 *
 * <p>Where the three points are nearly one, or nearly on a line, Gram entries in float32 have too
 * few digits, and the edges are made from the inputs in float64.
 */
abstract class AreaScore extends PairScore {
  /** Strips of the scratch. */
  private static final int UU = 0;

  private static final int UW = 1;
  private static final int WW = 2;

  /** What cancellation may leave of squared lengths and of the area. */
  static final float CANCELLATION = 1e-2f;

  final float[] norms;

  /** |m1|^2, &lt;m1, m2&gt;, |m2|^2 of each tuple, and their gradients. */
  final float[] grams;

  final double[] sums;

  /** Whether the members of each tuple are absent. */
  private final boolean[] absent;

  private AreaScore(Resources resources, int anchors, int tuples) {
    this.norms = resources.floats(Simd.room(anchors));
    this.grams = resources.floats(3 * tuples);
    this.sums = resources.doubles(3 * tuples);
    this.absent = new boolean[2 * tuples];
  }

  /** The functor for fixed sizes. */
  static AreaScore of(Resources resources, int anchors, int tuples) {
    return resources.simd().hasVectors()
        ? new Vectorised(resources, anchors, tuples)
        : new Scalar(resources, anchors, tuples);
  }

  /**
   * |u|^2, u.w, |w|^2 and scores from Gram entries.
   *
   * @return whether there is too much cancellation somewhere: see {@link #isCancelled}
   */
  abstract boolean areas(Strip strip);

  /** Weights of inner products and of norms, and what the Gram matrix gets, from the scratch. */
  abstract void weights(Strip strip);

  @Override
  public final int strips() {
    return 3;
  }

  @Override
  public final void score(Strip strip) {
    if (areas(strip)) {
      for (int i = 0; i < strip.length; i++) {
        if (isCancelled(strip, i)) {
          recompute(strip, i);
        }
      }
    }
  }

  @Override
  public final void weigh(Strip strip) {
    weights(strip);
  }

  /** Whether a length or the area of a pair is a small rest of its terms. */
  final boolean isCancelled(Strip strip, int i) {
    float uu = strip.scratch[strip.scratchAt(UU) + i];
    float uw = strip.scratch[strip.scratchAt(UW) + i];
    float ww = strip.scratch[strip.scratchAt(WW) + i];
    float norm = norms[strip.anchor + i];
    return uu <= CANCELLATION * (norm + grams[3 * strip.tuple])
        || ww <= CANCELLATION * (norm + grams[3 * strip.tuple + 2])
        || uu * ww - uw * uw <= CANCELLATION * uu * ww;
  }

  /** An absent member is a unit vector of a dimension of its own. */
  private void recompute(Strip strip, int i) {
    double[] a = strip.exact.anchor(i);
    double[] first = strip.exact.member(0);
    double[] second = strip.exact.member(1);
    double uu = absent[2 * strip.tuple] ? 1 : 0;
    double ww = absent[2 * strip.tuple + 1] ? 1 : 0;
    double uw = 0;
    for (int z = 0; z < a.length; z++) {
      double u = a[z] - first[z];
      double w = a[z] - second[z];
      uu += u * u;
      uw += u * w;
      ww += w * w;
    }
    // What is left of w without its part along u.
    double share = uu == 0 ? 0 : uw / uu;
    double rest = absent[2 * strip.tuple] ? share * share : 0;
    rest += absent[2 * strip.tuple + 1] ? 1 : 0;
    for (int z = 0; z < a.length; z++) {
      double r = a[z] - second[z] - share * (a[z] - first[z]);
      rest += r * r;
    }
    strip.scratch[strip.scratchAt(UU) + i] = (float) uu;
    strip.scratch[strip.scratchAt(UW) + i] = (float) uw;
    strip.scratch[strip.scratchAt(WW) + i] = (float) ww;
    strip.scores[strip.scoresAt + i] = (float) (-uu * rest / 2);
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
    absent[2 * tuple] = gram.isAbsent(0);
    absent[2 * tuple + 1] = gram.isAbsent(1);
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
    boolean areas(Strip strip) {
      int gram = 3 * strip.tuple;
      boolean isCancelled = false;
      for (int i = 0; i < strip.length; i++) {
        float c1 = strip.c[strip.cAt + i];
        float c2 = strip.c[strip.cAt + strip.cStride + i];
        float norm = norms[strip.anchor + i];
        float uu = norm - 2 * c1 + grams[gram];
        float ww = norm - 2 * c2 + grams[gram + 2];
        float uw = norm - (c1 + c2) + grams[gram + 1];
        strip.scratch[strip.scratchAt(UU) + i] = uu;
        strip.scratch[strip.scratchAt(UW) + i] = uw;
        strip.scratch[strip.scratchAt(WW) + i] = ww;
        strip.scores[strip.scoresAt + i] = (uw * uw - uu * ww) / 2;
        isCancelled |= isCancelled(strip, i);
      }
      return isCancelled;
    }

    @Override
    void weights(Strip strip) {
      int gram = 3 * strip.tuple;
      for (int i = 0; i < strip.length; i++) {
        float uu = strip.scratch[strip.scratchAt(UU) + i];
        float uw = strip.scratch[strip.scratchAt(UW) + i];
        float ww = strip.scratch[strip.scratchAt(WW) + i];
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
    boolean areas(Strip strip) {
      int gram = 3 * strip.tuple;
      float[] c = strip.c;
      float[] scratch = strip.scratch;
      int c1At = strip.cAt;
      int c2At = c1At + strip.cStride;
      int uuAt = strip.scratchAt(UU);
      int uwAt = strip.scratchAt(UW);
      int wwAt = strip.scratchAt(WW);
      FloatVector small = Lanes.all(CANCELLATION);
      boolean isCancelled = false;
      for (int i = 0; i < strip.length; i += Lanes.COUNT) {
        FloatVector norm = load(norms, strip.anchor + i);
        FloatVector c1 = load(c, c1At + i);
        FloatVector c2 = load(c, c2At + i);
        FloatVector uu = norm.sub(c1.add(c1)).add(grams[gram]);
        FloatVector ww = norm.sub(c2.add(c2)).add(grams[gram + 2]);
        FloatVector uw = norm.sub(c1.add(c2)).add(grams[gram + 1]);
        uu.intoArray(scratch, uuAt + i);
        uw.intoArray(scratch, uwAt + i);
        ww.intoArray(scratch, wwAt + i);
        FloatVector product = uu.mul(ww);
        FloatVector area = product.sub(uw.mul(uw));
        area.mul(-0.5f).intoArray(strip.scores, strip.scoresAt + i);
        VectorMask<Float> cancelled =
            uu.compare(VectorOperators.LE, norm.add(grams[gram]).mul(small))
                .or(ww.compare(VectorOperators.LE, norm.add(grams[gram + 2]).mul(small)))
                .or(area.compare(VectorOperators.LE, product.mul(small)));
        isCancelled |= Lanes.any(cancelled, strip.length - i);
      }
      return isCancelled;
    }

    @Override
    void weights(Strip strip) {
      int gram = 3 * strip.tuple;
      float[] c = strip.c;
      float[] scratch = strip.scratch;
      int c1At = strip.cAt;
      int c2At = c1At + strip.cStride;
      int uuAt = strip.scratchAt(UU);
      int uwAt = strip.scratchAt(UW);
      int wwAt = strip.scratchAt(WW);
      int length = strip.length;
      FloatVector sumU = Lanes.all(0);
      FloatVector sumUw = sumU;
      FloatVector sumW = sumU;
      for (int i = 0; i < length; i += Lanes.COUNT) {
        FloatVector uu = load(scratch, uuAt + i);
        FloatVector uw = load(scratch, uwAt + i);
        FloatVector ww = load(scratch, wwAt + i);
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
