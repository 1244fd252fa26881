package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * Cross-entropy over rows and over columns (see {@link io.gramian.op.Objective.InfoNce}). Only the
 * first anchors need have a target; the others are negatives in the columns of tuples.
 */
public final class InfoNce extends PairObjective {
  private final Simd simd;
  private final Targets targets;
  private final int anchors;
  private final int tuples;
  private final double smoothing;

  private final SoftmaxSums sums;
  private final float[] targetScores;

  /** For each target: the derivative of its loss by its score, in units of 1 / temperature. */
  private final double[] targetSlopes;

  private final double[] columnTotals;
  private final double[] weightedScores;
  private final float[] rowFactors;
  private final float[] columnFactors;

  private double temperature;
  private double crossEntropies;
  private float factor;

  /** Weights sum to zero, so scores count from anywhere; from here, little cancels. */
  private float typicalScore;

  /**
   * An objective for fixed sizes.
   *
   * @param targets of the anchors that have one
   */
  public InfoNce(Simd simd, Targets targets, int anchors, int tuples, double smoothing) {
    this.simd = simd;
    this.targets = targets;
    this.anchors = anchors;
    this.tuples = tuples;
    this.smoothing = smoothing;
    this.sums = new SoftmaxSums(simd, anchors, tuples);
    this.targetScores = new float[targets.anchors()];
    this.targetSlopes = new double[targets.anchors()];
    this.columnTotals = new double[tuples];
    this.weightedScores = new double[tuples];
    this.rowFactors = new float[Simd.room(anchors)];
    this.columnFactors = new float[tuples];
  }

  /** Starts a run. */
  public void begin(double runTemperature) {
    temperature = runTemperature;
    sums.begin(1 / temperature, 1 / temperature);
    Arrays.fill(columnTotals, 0);
    Arrays.fill(weightedScores, 0);
  }

  public long bytes() {
    return sums.bytes() + 4L * (anchors + tuples) + 12L * targetScores.length + 16L * tuples;
  }

  @Override
  public int rowStrips() {
    return SoftmaxSums.ROW_STRIPS;
  }

  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      int tuple = block.tuple() + j;
      int at = block.scoresAt() + j * block.stride();
      if (smoothing > 0) {
        columnTotals[tuple] += simd.strips().sum(block.scores(), at, block.anchors());
      }
      int end = block.anchor() + block.anchors();
      for (int p = targets.from(tuple, block.anchor()); targets.has(p, tuple, end); p++) {
        int anchor = targets.at(p);
        int of = at + anchor - block.anchor();
        targetScores[anchor] = block.scores()[of];
        block.scores()[of] = CrossEntropy.LEFT_OUT;
      }
    }
    sums.add(block);
  }

  @Override
  public void merge(Block block, int from, int to) {
    sums.merge(block, from, to);
  }

  /** Ends the sums, once all scores have been added: targets join them. */
  public void end() {
    crossEntropies = 0;
    RunningSums rows = sums.rows();
    RunningSums columns = sums.columns();
    for (int i = 0; i < targets.anchors(); i++) {
      double others = CrossEntropy.margin(rows.log(i), targetScores[i] / temperature);
      crossEntropies += CrossEntropy.loss(others);
      targetSlopes[i] = -CrossEntropy.others(others);
      rows.add(i, 1, targetScores[i]);
    }
    for (int j = 0; j < tuples; j++) {
      endColumn(columns, j);
    }
  }

  /**
   * A tuple may be the target of several anchors, each of which is among the others of the rest.
   */
  private void endColumn(RunningSums columns, int tuple) {
    int count = targets.count(tuple);
    double withoutTargets = count == 1 ? columns.log(tuple) : 0;
    for (int p = targets.from(tuple, 0); targets.has(p, tuple, anchors); p++) {
      columns.add(tuple, 1, targetScores[targets.at(p)]);
    }
    for (int p = targets.from(tuple, 0); targets.has(p, tuple, anchors); p++) {
      int anchor = targets.at(p);
      double score = targetScores[anchor] / temperature;
      if (count == 1) {
        double others = CrossEntropy.margin(withoutTargets, score);
        crossEntropies += CrossEntropy.loss(others);
        targetSlopes[anchor] -= CrossEntropy.others(others);
      } else {
        double all = columns.log(tuple) - score;
        crossEntropies += all;
        targetSlopes[anchor] += count * Math.exp(-all) - 1;
      }
    }
  }

  /** The logarithm of the sum of exp(S / tau) over the tuples of an anchor, after {@link #end}. */
  double rowLogSum(int anchor) {
    return sums.rows().log(anchor);
  }

  /** The loss, after {@link #end}. */
  public double loss() {
    double sum = crossEntropies;
    for (int i = 0; smoothing > 0 && i < targets.anchors(); i++) {
      sum += 2 * smoothing * targetScores[i] / temperature;
    }
    for (int j = 0; smoothing > 0 && j < tuples; j++) {
      sum -= columnTotals[j] * uniform(j) / temperature;
    }
    return sum / (2.0 * targets.anchors());
  }

  /** What label smoothing takes from each weight of a tuple. */
  private double uniform(int tuple) {
    return smoothing * (1.0 / tuples + (double) targets.count(tuple) / anchors);
  }

  /** Prepares the weights of scores, scaled by the upstream gradient. */
  public void beginWeights(double upstream) {
    double each = upstream / (2 * targets.anchors() * temperature);
    factor = (float) each;
    double maxima = 0;
    for (int i = 0; i < targets.anchors(); i++) {
      maxima += sums.rows().maximum(i);
      rowFactors[i] = (float) (each / sums.rows().sum(i));
    }
    typicalScore = (float) (maxima / targets.anchors());
    for (int j = 0; j < tuples; j++) {
      int count = targets.count(j);
      columnFactors[j] = count == 0 ? 0 : (float) (each * count / sums.columns().sum(j));
    }
  }

  @Override
  public void weigh(Strip strip) {
    int tuple = strip.tuple;
    sums.weigh(strip, rowFactors, columnFactors[tuple], (float) (factor * uniform(tuple)));
    double smoothed = 2 * smoothing - uniform(tuple);
    int end = strip.anchor + strip.length;
    for (int p = targets.from(tuple, strip.anchor); targets.has(p, tuple, end); p++) {
      int anchor = targets.at(p);
      strip.weights[strip.weightsAt + anchor - strip.anchor] =
          (float) (factor * (targetSlopes[anchor] + smoothed));
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
