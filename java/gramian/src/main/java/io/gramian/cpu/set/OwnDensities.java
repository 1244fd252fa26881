package io.gramian.cpu.set;

import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.pair.Strip;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * The logarithm of the sum of exp(scale * score) over all points of a set for each of them, itself
 * included with a score of 0, and back from their gradients. For a mirrored engine.
 */
public final class OwnDensities extends PairObjective {
  private final Simd simd;
  private final SoftmaxSums sums;
  private final float[] factors;
  private final double[] weightedScores;
  private double scale;

  public OwnDensities(Simd simd, int points) {
    this.simd = simd;
    this.sums = new SoftmaxSums(simd, points, points);
    this.factors = new float[Simd.room(points)];
    this.weightedScores = new double[points];
  }

  /** Starts a run. */
  public void begin(double newScale) {
    scale = newScale;
    sums.begin(scale, scale);
    for (int i = 0; i < weightedScores.length; i++) {
      sums.rows().add(i, 1, 0);
    }
    Arrays.fill(weightedScores, 0);
  }

  public long bytes() {
    return sums.bytes() + 4L * factors.length + 8L * weightedScores.length;
  }

  @Override
  public int rowStrips() {
    return SoftmaxSums.ROW_STRIPS;
  }

  @Override
  public void add(Block block) {
    sums.add(block);
  }

  @Override
  public void merge(Block block, int from, int to) {
    sums.merge(block, from, to);
  }

  /** Ends the scores. */
  public void end() {
    sums.unite();
  }

  /** The logarithm of a point's sum, after {@link #end}. */
  public double log(int point) {
    return sums.rows().log(point);
  }

  /** Takes the gradients of the logarithms. */
  public void beginWeights(double[] gradients) {
    for (int i = 0; i < gradients.length; i++) {
      factors[i] = (float) (gradients[i] * scale / sums.rows().sum(i));
    }
  }

  @Override
  public void weigh(Strip strip) {
    sums.weigh(strip, factors, factors[strip.tuple], 0);
    weightedScores[strip.tuple] +=
        simd.strips()
            .dot(strip.weights, strip.weightsAt, strip.scores, strip.scoresAt, strip.length);
  }

  /** The gradient of the logarithm of the scale, once all weights have been made. */
  public double ofScale() {
    return Arrays.stream(weightedScores).sum();
  }
}
