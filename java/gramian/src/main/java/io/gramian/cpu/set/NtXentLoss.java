package io.gramian.cpu.set;

import io.gramian.Bindings;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.CrossEntropy;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;

/**
 * Cross-entropy of each row of the symmetric scores of views with themselves, the diagonal left
 * out, the neighbour in the pair (2i, 2i + 1) as target. For a mirrored engine: a weight is the sum
 * of those of (i, j) and (j, i).
 */
public final class NtXentLoss extends PairObjective {
  private final int views;
  private final double defaultTemperature;
  private final SoftmaxSums sums;
  private final float[] targetScores;

  /** The derivative by the score of a pair, in units of 1 / temperature. */
  private final double[] targetSlopes;

  private double temperature;
  private double upstream;
  private double loss;

  /**
   * A loss over so many views.
   *
   * @param temperature where none is bound
   */
  public NtXentLoss(Resources resources, int views, double temperature) {
    this.views = views;
    this.defaultTemperature = temperature;
    this.sums = new SoftmaxSums(resources, views, views);
    this.targetScores = resources.floats(views / 2);
    this.targetSlopes = resources.doubles(views / 2);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    temperature = Scalars.input(in, "temperature", defaultTemperature);
    upstream = Scalars.input(in, "grad_loss", 1);
    sums.begin(1 / temperature, 1 / temperature);
  }

  @Override
  public int rowStrips() {
    return SoftmaxSums.ROW_STRIPS;
  }

  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      int at = block.scoresAt() + j * block.stride();
      int target = (block.tuple() + j ^ 1) - block.anchor();
      if (target >= block.from(j) && target < block.anchors()) {
        targetScores[(block.tuple() + j) / 2] = block.scores()[at + target];
        block.scores()[at + target] = sums.scale().leftOut();
      }
    }
    sums.add(block);
  }

  @Override
  public void merge(Block block, int from, int to) {
    sums.merge(block, from, to);
  }

  /** Targets join the sums. */
  @Override
  public void end() {
    sums.unite();
    double sum = 0;
    for (int pair = 0; pair < views / 2; pair++) {
      targetSlopes[pair] = 0;
      for (int i = 2 * pair; i < 2 * pair + 2; i++) {
        double target = sums.scale().logit(targetScores[pair]);
        double others = CrossEntropy.margin(sums.rows().log(i), target);
        sum += CrossEntropy.loss(others);
        targetSlopes[pair] -= CrossEntropy.others(others);
        sums.addToRow(i, targetScores[pair]);
        sums.addToColumn(i, targetScores[pair]);
      }
    }
    loss = sum / views;
  }

  @Override
  public void beginWeights() {
    double each = upstream / views;
    sums.beginWeights(_ -> each, _ -> each, sums.typicalScore(views));
  }

  @Override
  public void weigh(Strip strip) {
    sums.weigh(strip, 0);
    int target = (strip.tuple ^ 1) - strip.anchor;
    if (target >= 0 && target < strip.length) {
      double slope = targetSlopes[strip.tuple / 2];
      strip.weights[strip.weightsAt + target] = (float) (upstream / (views * temperature) * slope);
    }
    sums.addWeightedScores(strip);
  }

  @Override
  public void write(Bindings out, boolean accumulate) {
    Scalars.output(out, "loss", loss, false);
    double ofTemperature = -sums.weightedScores() / temperature;
    Scalars.output(out, "grad_temperature", ofTemperature, accumulate);
  }
}
