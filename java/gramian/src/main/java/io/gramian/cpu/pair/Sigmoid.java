package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;

/** Pairwise logistic loss (see {@link io.gramian.op.Objective.Sigmoid}). */
public final class Sigmoid extends PairObjective {
  private final Simd simd;
  private final Targets targets;
  private final int anchors;
  private final double[] columnLosses;
  private final double[] scaleGradients;
  private final double[] biasGradients;

  private double scale;
  private double bias;
  private float factor;

  public Sigmoid(Simd simd, Targets targets, int anchors, int tuples) {
    this.simd = simd;
    this.targets = targets;
    this.anchors = anchors;
    this.columnLosses = new double[tuples];
    this.scaleGradients = new double[tuples];
    this.biasGradients = new double[tuples];
  }

  /** Starts a run. */
  public void begin(double runScale, double runBias) {
    scale = runScale;
    bias = runBias;
    Arrays.fill(columnLosses, 0);
    Arrays.fill(scaleGradients, 0);
    Arrays.fill(biasGradients, 0);
  }

  public long bytes() {
    return 24L * columnLosses.length;
  }

  /** Targets are left out of the strips and added by themselves: softplus(x) - x has no digits. */
  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      int tuple = block.tuple() + j;
      int at = block.scoresAt() + j * block.stride();
      int end = block.anchor() + block.anchors();
      int next = block.anchor();
      double sum = 0;
      for (int p = targets.from(tuple, next); targets.has(p, tuple, end); p++) {
        int anchor = targets.at(p);
        sum += softplus(block, at, next, anchor);
        sum += CrossEntropy.loss(-logit(block.scores()[at + anchor - block.anchor()]));
        next = anchor + 1;
      }
      columnLosses[tuple] += sum + softplus(block, at, next, end);
    }
  }

  private double softplus(Block block, int at, int from, int to) {
    int first = at + from - block.anchor();
    return simd.exps().softplus(block.scores(), first, (float) scale, (float) bias, to - from);
  }

  private double logit(float score) {
    return scale * score + bias;
  }

  /** The loss, once all scores have been added. */
  public double loss() {
    return Arrays.stream(columnLosses).sum() / anchors;
  }

  /** Prepares the weights of scores, scaled by the upstream gradient. */
  public void beginWeights(double upstream) {
    factor = (float) (upstream / anchors);
  }

  @Override
  public void weigh(Strip strip) {
    int tuple = strip.tuple;
    simd.exps()
        .sigmoid(
            strip.scores,
            strip.scoresAt,
            (float) scale,
            (float) bias,
            factor,
            strip.weights,
            strip.weightsAt,
            strip.length);
    int end = strip.anchor + strip.length;
    for (int p = targets.from(tuple, strip.anchor); targets.has(p, tuple, end); p++) {
      int at = targets.at(p) - strip.anchor;
      double others = CrossEntropy.others(-logit(strip.scores[strip.scoresAt + at]));
      strip.weights[strip.weightsAt + at] = (float) (-factor * others);
    }
    StripMath math = simd.strips();
    scaleGradients[tuple] +=
        math.dot(strip.weights, strip.weightsAt, strip.scores, strip.scoresAt, strip.length);
    biasGradients[tuple] += math.sum(strip.weights, strip.weightsAt, strip.length);
    math.scale(
        strip.weights,
        strip.weightsAt,
        (float) scale,
        strip.weights,
        strip.weightsAt,
        strip.length);
  }

  /** The gradient of the scale, once all weights have been made. */
  public double scaleGradient() {
    return Arrays.stream(scaleGradients).sum();
  }

  /** The gradient of the bias, once all weights have been made. */
  public double biasGradient() {
    return Arrays.stream(biasGradients).sum();
  }
}
