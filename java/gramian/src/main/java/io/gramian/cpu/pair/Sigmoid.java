package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import io.gramian.op.Objective;
import java.util.Arrays;

/** Pairwise logistic loss (see {@link io.gramian.op.Objective.Sigmoid}). */
final class Sigmoid extends PairObjective {
  private final StripMath math;
  private final ExpMath exps;
  private final Targets targets;
  private final int anchors;
  private final Objective.Sigmoid parameters;
  private final boolean wantsLoss;
  private final double[] columnLosses;
  private final double[] scaleGradients;
  private final double[] biasGradients;

  private double scale;
  private double bias;
  private float factor;

  Sigmoid(
      Resources resources,
      Targets targets,
      int anchors,
      int tuples,
      Objective.Sigmoid parameters,
      boolean wantsLoss) {
    this.math = resources.simd().strips();
    this.exps = resources.simd().exps();
    this.targets = targets;
    this.anchors = anchors;
    this.parameters = parameters;
    this.wantsLoss = wantsLoss;
    this.columnLosses = resources.doubles(tuples);
    this.scaleGradients = resources.doubles(tuples);
    this.biasGradients = resources.doubles(tuples);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    targets.bind(in);
    scale = Scalars.input(in, "scale", parameters.scale());
    bias = Scalars.input(in, "bias", parameters.bias());
    factor = (float) (Scalars.input(in, "grad_loss", 1) / anchors);
    Arrays.fill(columnLosses, 0);
    Arrays.fill(scaleGradients, 0);
    Arrays.fill(biasGradients, 0);
  }

  /** Weights depend on nothing but the score itself. */
  @Override
  public boolean needsScores() {
    return wantsLoss;
  }

  /** Targets are left out of the strips and added by themselves: softplus(x) - x has no digits. */
  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      Strip strip = block.strip(j);
      int tuple = strip.tuple;
      int end = strip.anchor + strip.length;
      int next = strip.anchor;
      double sum = 0;
      for (int p = targets.from(tuple, next); targets.has(p, tuple, end); p++) {
        int anchor = targets.at(p);
        sum += softplus(strip, next, anchor);
        int at = strip.scoresAt + anchor - strip.anchor;
        sum += CrossEntropy.loss(-logit(strip.scores[at]));
        next = anchor + 1;
      }
      columnLosses[tuple] += sum + softplus(strip, next, end);
    }
  }

  private double softplus(Strip strip, int from, int to) {
    int first = strip.scoresAt + from - strip.anchor;
    return exps.softplus(strip.scores, first, (float) scale, (float) bias, to - from);
  }

  private double logit(float score) {
    return scale * score + bias;
  }

  @Override
  public void weigh(Strip strip) {
    int tuple = strip.tuple;
    float[] weights = strip.weights;
    int weightsAt = strip.weightsAt;
    exps.sigmoidWeights(strip, (float) scale, (float) bias, factor);
    int end = strip.anchor + strip.length;
    for (int p = targets.from(tuple, strip.anchor); targets.has(p, tuple, end); p++) {
      int at = targets.at(p) - strip.anchor;
      double others = CrossEntropy.others(-logit(strip.scores[strip.scoresAt + at]));
      weights[weightsAt + at] = (float) (-factor * others);
    }
    scaleGradients[tuple] +=
        math.dot(weights, weightsAt, strip.scores, strip.scoresAt, strip.length);
    biasGradients[tuple] += math.sum(weights, weightsAt, strip.length);
    math.scale(weights, weightsAt, (float) scale, weights, weightsAt, strip.length);
  }

  @Override
  public void write(Bindings out, boolean accumulate) {
    Scalars.output(out, "loss", Arrays.stream(columnLosses).sum() / anchors, false);
    Scalars.output(out, "grad_scale", Arrays.stream(scaleGradients).sum(), accumulate);
    Scalars.output(out, "grad_bias", Arrays.stream(biasGradients).sum(), accumulate);
  }
}
