package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/** The negative squared area of the triangle of the anchor and the two members of a tuple. */
final class AreaScore extends PairScore {
  private final float[] norms;
  private final float[] grams;
  private final double[] sums;

  AreaScore(Simd simd, int anchors, int tuples) {
    super(simd);
    this.norms = new float[Panels.padded(anchors, Simd.PADDING)];
    this.grams = new float[3 * tuples];
    this.sums = new double[3 * tuples];
  }

  @Override
  public int strips() {
    return 0;
  }

  @Override
  public long bytes() {
    return 4L * norms.length + 4L * grams.length + 8L * sums.length;
  }

  @Override
  public void anchor(int anchor, double squaredNorm) {
    norms[anchor] = (float) squaredNorm;
  }

  @Override
  public void tuple(int tuple, double[] gram) {
    grams[3 * tuple] = (float) gram[0];
    grams[3 * tuple + 1] = (float) gram[1];
    grams[3 * tuple + 2] = (float) gram[3];
    Arrays.fill(sums, 3 * tuple, 3 * tuple + 3, 0);
  }

  @Override
  public void score(Strip strip) {
    simd.scores()
        .areas(
            norms,
            strip.anchor,
            grams,
            3 * strip.tuple,
            strip.products,
            strip.productsAt,
            strip.productsStride,
            strip.scores,
            strip.scoresAt,
            strip.length);
  }

  @Override
  public void weigh(Strip strip) {
    simd.scores()
        .areaFactors(
            strip.weights,
            strip.weightsAt,
            norms,
            strip.anchor,
            grams,
            3 * strip.tuple,
            strip.products,
            strip.productsAt,
            strip.productsStride,
            strip.normGradients,
            strip.normGradientsAt,
            sums,
            3 * strip.tuple,
            strip.length);
  }

  @Override
  public boolean gramGradient(int tuple, double[] gradient) {
    gradient[0] = sums[3 * tuple];
    gradient[1] = sums[3 * tuple + 1] / 2;
    gradient[2] = gradient[1];
    gradient[3] = sums[3 * tuple + 2];
    return true;
  }
}
