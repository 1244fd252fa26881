package io.gramian.cpu.set;

import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;

/**
 * The logarithm of the sum of exp(scale * score) over all points of a set for each of them, itself
 * included with a score of 0, and back from their gradients. For a mirrored engine.
 */
public final class OwnDensities extends PairObjective {
  private final SoftmaxSums sums;
  private final double[] gradients;

  /**
   * Densities at all points.
   *
   * @param gradients those of the logarithms, there before the weights
   */
  public OwnDensities(Resources resources, double[] gradients) {
    this.sums = new SoftmaxSums(resources, gradients.length, gradients.length);
    this.gradients = gradients;
  }

  /** Starts a run. */
  public void begin(double scale) {
    sums.begin(scale, scale);
    for (int i = 0; i < gradients.length; i++) {
      sums.rows().add(i, 1, 0);
    }
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

  @Override
  public void end() {
    sums.unite();
  }

  /** The logarithm of a point's sum, once all scores have been added. */
  public double log(int point) {
    return sums.rows().log(point);
  }

  @Override
  public void beginWeights() {
    sums.beginWeights(i -> gradients[i], j -> gradients[j], 0);
  }

  @Override
  public void weigh(Strip strip) {
    sums.weigh(strip, 0);
    sums.addWeightedScores(strip);
  }

  /** The gradient of the logarithm of the scale, once all weights have been made. */
  public double ofScale() {
    return sums.weightedScores();
  }
}
