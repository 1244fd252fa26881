package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import io.gramian.spi.Shard;
import java.util.Arrays;

/**
 * Cross-entropy over rows and over columns (see {@link io.gramian.op.Objective.InfoNce}). Only the
 * first anchors need have a target; the others are negatives in the columns of tuples.
 */
public final class InfoNce extends PairObjective {
  /** Cross-entropies of which a pass makes the weights. */
  enum Terms {
    ALL(1, 1),
    OF_ROWS(1, 0),
    OF_COLUMNS(0, 1);

    private final double rows;
    private final double columns;

    Terms(double rows, double columns) {
      this.rows = rows;
      this.columns = columns;
    }
  }

  private final StripMath math;
  private final Targets targets;
  private final int anchors;
  private final int tuples;
  private final double defaultTemperature;
  private final double smoothing;
  private final Shard shard;

  private final SoftmaxSums sums;
  private final float[] targetScores;

  /**
   * For each target: the derivative of its loss by its score, in units of 1 / temperature, in its
   * row and in its column.
   */
  private final double[] rowSlopes;

  private final double[] columnSlopes;

  private final double[] columnTotals;

  private double temperature;
  private double upstream;
  private double crossEntropies;
  private Terms terms = Terms.ALL;

  /**
   * An objective for fixed sizes.
   *
   * @param targets of the anchors that have one
   * @param temperature where none is bound
   * @param shard the part that this process has in a batch of ranks
   */
  public InfoNce(
      Resources resources,
      Targets targets,
      int anchors,
      int tuples,
      double temperature,
      double smoothing,
      Shard shard) {
    this.math = resources.simd().strips();
    this.targets = targets;
    this.anchors = anchors;
    this.tuples = tuples;
    this.defaultTemperature = temperature;
    this.smoothing = smoothing;
    this.shard = shard;
    this.sums = new SoftmaxSums(resources, anchors, tuples);
    this.targetScores = resources.floats(targets.anchors());
    this.rowSlopes = resources.doubles(targets.anchors());
    this.columnSlopes = resources.doubles(targets.anchors());
    this.columnTotals = resources.doubles(tuples);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    targets.bind(in);
    temperature = Scalars.input(in, "temperature", defaultTemperature);
    upstream = Scalars.input(in, "grad_loss", 1);
    sums.begin(1 / temperature, 1 / temperature);
    Arrays.fill(columnTotals, 0);
  }

  @Override
  public int rowStrips() {
    return SoftmaxSums.ROW_STRIPS;
  }

  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      Strip strip = block.strip(j);
      int tuple = strip.tuple;
      if (smoothing > 0) {
        columnTotals[tuple] += math.sum(strip.scores, strip.scoresAt, strip.length);
      }
      int end = strip.anchor + strip.length;
      for (int p = targets.from(tuple, strip.anchor); targets.has(p, tuple, end); p++) {
        int anchor = targets.at(p);
        int at = strip.scoresAt + anchor - strip.anchor;
        targetScores[anchor] = strip.scores[at];
        strip.scores[at] = sums.scale().leftOut();
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
    crossEntropies = 0;
    RunningSums rows = sums.rows();
    if (!shard.isWhole()) {
      rows.unite(shard);
      uniteTargets();
    }
    for (int i = 0; i < targets.anchors(); i++) {
      if (targets.label(i) >= 0) {
        double others = CrossEntropy.margin(rows.log(i), logit(i));
        crossEntropies += CrossEntropy.loss(others);
        rowSlopes[i] = -CrossEntropy.others(others);
      }
      sums.addToRow(i, targetScores[i]);
    }
    for (int j = 0; j < tuples; j++) {
      endColumn(sums.columns(), j);
    }
  }

  /** The score of each anchor with its target, by the rank that has the target. */
  private void uniteTargets() {
    double[] scores = new double[targets.anchors()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = targets.label(i) >= 0 ? targetScores[i] : 0;
    }
    shard.sum(Tensor.of(scores, scores.length));
    for (int i = 0; i < scores.length; i++) {
      targetScores[i] = (float) scores[i];
    }
  }

  /**
   * A tuple may be the target of several anchors, each of which is among the others of the rest.
   */
  private void endColumn(RunningSums columns, int tuple) {
    int count = targets.count(tuple);
    double withoutTargets = count == 1 ? columns.log(tuple) : 0;
    for (int p = targets.from(tuple, 0); targets.has(p, tuple, anchors); p++) {
      sums.addToColumn(tuple, targetScores[targets.at(p)]);
    }
    for (int p = targets.from(tuple, 0); targets.has(p, tuple, anchors); p++) {
      int anchor = targets.at(p);
      double score = logit(anchor);
      if (count == 1) {
        double others = CrossEntropy.margin(withoutTargets, score);
        crossEntropies += CrossEntropy.loss(others);
        columnSlopes[anchor] = -CrossEntropy.others(others);
      } else {
        double all = columns.log(tuple) - score;
        crossEntropies += all;
        columnSlopes[anchor] = count * Math.exp(-all) - 1;
      }
    }
  }

  /** log p of a tuple with that score among the tuples of an anchor, after {@link #end}. */
  public double logProbability(int anchor, float score) {
    return sums.scale().logit(score) - sums.rows().log(anchor);
  }

  /** The logit of an anchor's target. */
  private double logit(int anchor) {
    return sums.scale().logit(targetScores[anchor]);
  }

  private double loss() {
    double sum = crossEntropies;
    for (int i = 0; smoothing > 0 && i < targets.anchors(); i++) {
      sum += targets.label(i) >= 0 ? 2 * smoothing * logit(i) : 0;
    }
    for (int j = 0; smoothing > 0 && j < tuples; j++) {
      sum -= columnTotals[j] * uniform(j, Terms.ALL) / temperature;
    }
    return sum / (2.0 * targets.anchors());
  }

  /** What label smoothing takes from each weight of a tuple. */
  private double uniform(int tuple, Terms of) {
    return smoothing
        * (of.rows / shard.tuples(tuples) + of.columns * targets.count(tuple) / anchors);
  }

  /** Chooses the terms of the passes to come. */
  void weigh(Terms ofPass) {
    terms = ofPass;
  }

  @Override
  public void beginWeights() {
    int rows = targets.anchors();
    double each = upstream / (2 * rows);
    sums.beginWeights(
        i -> i < rows ? each * terms.rows : 0,
        j -> each * terms.columns * targets.count(j),
        sums.typicalScore(rows));
  }

  @Override
  public void weigh(Strip strip) {
    int tuple = strip.tuple;
    double each = upstream / (2 * targets.anchors() * temperature);
    double uniform = uniform(tuple, terms);
    double smoothed = smoothing * (terms.rows + terms.columns) - uniform;
    sums.weigh(strip, (float) (each * uniform));
    int end = strip.anchor + strip.length;
    for (int p = targets.from(tuple, strip.anchor); targets.has(p, tuple, end); p++) {
      int anchor = targets.at(p);
      double slope = terms.rows * rowSlopes[anchor] + terms.columns * columnSlopes[anchor];
      strip.weights[strip.weightsAt + anchor - strip.anchor] = (float) (each * (slope + smoothed));
    }
    sums.addWeightedScores(strip);
  }

  @Override
  public void write(Bindings out, boolean accumulate) {
    Scalars.output(out, "loss", loss(), false);
    double ofTemperature = -sums.weightedScores() / temperature;
    Scalars.output(out, "grad_temperature", ofTemperature, accumulate);
  }
}
