package io.gramian.cpu.set;

import io.gramian.cpu.pair.CrossEntropy;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.pair.Strip;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * Cross-entropy of each row of the symmetric scores of views with themselves, the diagonal left
 * out, the neighbour in the pair (2i, 2i + 1) as target. For a mirrored engine: a weight is the sum
 * of those of (i, j) and (j, i).
 */
public final class NtXentLoss extends PairObjective {
  private final Simd simd;
  private final int views;
  private final SoftmaxSums sums;
  private final float[] targetScores;

  /** The derivative by the score of a pair, in units of 1 / temperature. */
  private final double[] targetSlopes;

  private final double[] weightedScores;
  private final float[] factors;
  private double temperature;
  private float factor;
  private float typicalScore;

  public NtXentLoss(Simd simd, int views) {
    this.simd = simd;
    this.views = views;
    this.sums = new SoftmaxSums(simd, views, views);
    this.targetScores = new float[views / 2];
    this.targetSlopes = new double[views / 2];
    this.weightedScores = new double[views];
    this.factors = new float[Simd.room(views)];
  }

  /** Starts a run. */
  public void begin(double runTemperature) {
    temperature = runTemperature;
    sums.begin(1 / temperature, 1 / temperature);
    Arrays.fill(weightedScores, 0);
  }

  public long bytes() {
    return sums.bytes() + 14L * views + 4L * factors.length;
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
        block.scores()[at + target] = CrossEntropy.LEFT_OUT;
      }
    }
    sums.add(block);
  }

  @Override
  public void merge(Block block, int from, int to) {
    sums.merge(block, from, to);
  }

  /** The loss, once all scores have been added. */
  public double loss() {
    sums.unite();
    double sum = 0;
    for (int pair = 0; pair < views / 2; pair++) {
      targetSlopes[pair] = 0;
      for (int i = 2 * pair; i < 2 * pair + 2; i++) {
        double target = targetScores[pair] / temperature;
        double others = CrossEntropy.margin(sums.rows().log(i), target);
        sum += CrossEntropy.loss(others);
        targetSlopes[pair] -= CrossEntropy.others(others);
        sums.rows().add(i, 1, targetScores[pair]);
      }
    }
    sums.columns().copy(sums.rows());
    return sum / views;
  }

  /** Prepares the weights of scores, scaled by the upstream gradient. */
  public void beginWeights(double upstream) {
    double each = upstream / (views * temperature);
    factor = (float) each;
    double maxima = 0;
    for (int i = 0; i < views; i++) {
      maxima += sums.rows().maximum(i);
      factors[i] = (float) (each / sums.rows().sum(i));
    }
    typicalScore = (float) (maxima / views);
  }

  @Override
  public void weigh(Strip strip) {
    int tuple = strip.tuple;
    sums.weigh(strip, factors, factors[tuple], 0);
    int target = (tuple ^ 1) - strip.anchor;
    if (target >= 0 && target < strip.length) {
      strip.weights[strip.weightsAt + target] = (float) (factor * targetSlopes[tuple / 2]);
    }
    weightedScores[tuple] +=
        simd.strips()
            .shiftedDot(
                strip.weights,
                strip.weightsAt,
                strip.scores,
                strip.scoresAt,
                typicalScore,
                strip.length);
  }

  /** The gradient of the temperature, once all weights have been made. */
  public double temperatureGradient() {
    return -Arrays.stream(weightedScores).sum() / temperature;
  }
}
