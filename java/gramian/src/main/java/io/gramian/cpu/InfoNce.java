package io.gramian.cpu;

import java.util.Arrays;

/**
 * Cross-entropy over rows and over columns (see {@link io.gramian.op.Objective.InfoNce}). The sums
 * of exponentials are kept with running maxima; those over an anchor's tuples are folded from block
 * to block in a fixed order.
 */
final class InfoNce extends PairObjective {
  private final Simd simd;
  private final Targets targets;
  private final int anchors;
  private final int tuples;
  private final double smoothing;

  private final float[] rowMaxima;
  private final double[] rowSums;
  private final float[] rowFactors;
  private final double[] targetScores;
  private final float[] columnMaxima;
  private final double[] columnSums;
  private final double[] columnTotals;
  private final float[] columnFactors;
  private final double[] weightedScores;

  private double temperature;
  private float scale;
  private float factor;

  /** Weights sum to zero, so scores count from anywhere; from here, little cancels. */
  private float typicalScore;

  InfoNce(Simd simd, Targets targets, int anchors, int tuples, double smoothing) {
    this.simd = simd;
    this.targets = targets;
    this.anchors = anchors;
    this.tuples = tuples;
    this.smoothing = smoothing;
    int padded = Panels.padded(anchors, Simd.PADDING);
    this.rowMaxima = new float[padded];
    this.rowSums = new double[anchors];
    this.rowFactors = new float[padded];
    this.targetScores = new double[anchors];
    this.columnMaxima = new float[tuples];
    this.columnSums = new double[tuples];
    this.columnTotals = new double[tuples];
    this.columnFactors = new float[tuples];
    this.weightedScores = new double[tuples];
  }

  /** Starts a run. */
  void begin(double runTemperature) {
    temperature = runTemperature;
    scale = (float) (1 / temperature);
    Arrays.fill(rowMaxima, Float.NEGATIVE_INFINITY);
    Arrays.fill(rowSums, 0);
    Arrays.fill(columnMaxima, Float.NEGATIVE_INFINITY);
    Arrays.fill(columnSums, 0);
    Arrays.fill(columnTotals, 0);
    Arrays.fill(weightedScores, 0);
  }

  long bytes() {
    return 4L * (2 * rowMaxima.length + 2 * columnMaxima.length)
        + 8L * (2L * anchors + 3L * tuples);
  }

  /** Maxima and sums. */
  @Override
  int rowStrips() {
    return 2;
  }

  @Override
  void add(Block block) {
    int maxima = block.rowsAt();
    int sums = maxima + block.stride();
    Arrays.fill(block.rows(), maxima, maxima + block.stride(), Float.NEGATIVE_INFINITY);
    Arrays.fill(block.rows(), sums, sums + block.stride(), 0);
    float[] tops = new float[block.tuples()];
    ExpMath math = simd.exps();
    for (int j = 0; j < tops.length; j++) {
      int at = block.scoresAt() + j * block.stride();
      tops[j] = math.maxima(block.scores(), at, block.rows(), maxima, block.anchors());
    }
    for (int j = 0; j < tops.length; j++) {
      int tuple = block.tuple() + j;
      int at = block.scoresAt() + j * block.stride();
      double sum =
          math.expSums(
              block.scores(),
              at,
              scale,
              block.rows(),
              maxima,
              block.rows(),
              sums,
              scale,
              tops[j],
              block.anchors());
      double old = columnSums[tuple];
      columnSums[tuple] = fold(old, columnMaxima[tuple], sum, tops[j]);
      columnMaxima[tuple] = Math.max(columnMaxima[tuple], tops[j]);
      if (smoothing > 0) {
        columnTotals[tuple] += simd.strips().sum(block.scores(), at, block.anchors());
      }
      int end = block.anchor() + block.anchors();
      for (int p = targets.from(tuple, block.anchor()); targets.has(p, tuple, end); p++) {
        int anchor = targets.at(p);
        targetScores[anchor] = block.scores()[at + anchor - block.anchor()];
      }
    }
  }

  @Override
  void merge(Block block, int from, int to) {
    for (int i = from; i < to; i++) {
      int anchor = block.anchor() + i;
      float maximum = block.rows()[block.rowsAt() + i];
      double sum = block.rows()[block.rowsAt() + block.stride() + i];
      rowSums[anchor] = fold(rowSums[anchor], rowMaxima[anchor], sum, maximum);
      rowMaxima[anchor] = Math.max(rowMaxima[anchor], maximum);
    }
  }

  /** The sum of two sums of exponentials, each relative to a maximum, relative to the larger. */
  private double fold(double sum, float maximum, double other, float otherMaximum) {
    if (sum == 0 && maximum == Float.NEGATIVE_INFINITY) {
      return other;
    }
    return maximum >= otherMaximum
        ? sum + other * Math.exp((otherMaximum - (double) maximum) / temperature)
        : sum * Math.exp((maximum - (double) otherMaximum) / temperature) + other;
  }

  /** log of the sum of exp(score / temperature) of an anchor, once all scores have been added. */
  double rowLogSum(int anchor) {
    return rowMaxima[anchor] / temperature + Math.log(rowSums[anchor]);
  }

  /** The loss, once all scores have been added. */
  double loss() {
    double sum = 0;
    for (int i = 0; i < anchors; i++) {
      int label = targets.label(i);
      sum += rowLogSum(i);
      sum += columnMaxima[label] / temperature + Math.log(columnSums[label]);
      sum -= 2 * (1 - smoothing) * targetScores[i] / temperature;
    }
    if (smoothing > 0) {
      for (int j = 0; j < tuples; j++) {
        sum -= columnTotals[j] * uniform(j) / temperature;
      }
    }
    return sum / (2 * anchors);
  }

  /** What label smoothing takes from each weight of a tuple. */
  private double uniform(int tuple) {
    return smoothing * (1.0 / tuples + (double) targets.count(tuple) / anchors);
  }

  /** Prepares the weights of scores, scaled by the upstream gradient. */
  void beginWeights(double upstream) {
    double each = upstream / (2 * anchors * temperature);
    factor = (float) each;
    double maxima = 0;
    for (int i = 0; i < anchors; i++) {
      maxima += rowMaxima[i];
      rowFactors[i] = (float) (each / rowSums[i]);
    }
    typicalScore = (float) (maxima / anchors);
    for (int j = 0; j < tuples; j++) {
      columnFactors[j] = (float) (each * targets.count(j) / columnSums[j]);
    }
  }

  @Override
  void weigh(Strip strip) {
    int tuple = strip.tuple;
    simd.exps()
        .expWeights(
            strip.scores,
            strip.scoresAt,
            scale,
            rowMaxima,
            strip.anchor,
            rowFactors,
            strip.anchor,
            scale,
            columnMaxima[tuple],
            columnFactors[tuple],
            (float) (factor * uniform(tuple)),
            strip.weights,
            strip.weightsAt,
            strip.length);
    float target = (float) (2 * (1 - smoothing) * factor);
    int end = strip.anchor + strip.length;
    for (int p = targets.from(tuple, strip.anchor); targets.has(p, tuple, end); p++) {
      strip.weights[strip.weightsAt + targets.at(p) - strip.anchor] -= target;
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
  double temperatureGradient() {
    double sum = 0;
    for (double value : weightedScores) {
      sum += value;
    }
    return -sum / temperature;
  }
}
