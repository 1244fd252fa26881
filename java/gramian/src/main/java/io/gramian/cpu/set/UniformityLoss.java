package io.gramian.cpu.set;

import io.gramian.Bindings;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.RunningSums;
import io.gramian.cpu.pair.SoftmaxSums;
import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import java.util.Arrays;

/**
 * The logarithm of the mean of exp(t score) over all pairs of a mirrored engine, scores being
 * negative squared distances.
 */
public final class UniformityLoss extends PairObjective {
  private final ExpMath exps;
  private final double t;
  private final int points;
  private final SoftmaxSums sums;

  /** Of each tuple, the sum of exp(t score) - 1: where points are close, all digits are there. */
  private final double[] excesses;

  private double upstream;
  private double logSum;

  /** A loss over so many points. */
  public UniformityLoss(Resources resources, int points, double t) {
    this.exps = resources.simd().exps();
    this.t = t;
    this.points = points;
    this.sums = new SoftmaxSums(resources, points, points);
    this.excesses = resources.doubles(points);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    upstream = Scalars.input(in, "grad_loss", 1);
    sums.begin(t, t);
    Arrays.fill(excesses, 0);
  }

  @Override
  public int rowStrips() {
    return SoftmaxSums.ROW_STRIPS;
  }

  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      Strip strip = block.strip(j);
      excesses[strip.tuple] += exps.sumExpm1(strip.scores, strip.scoresAt, (float) t, strip.length);
    }
    sums.add(block);
  }

  @Override
  public void merge(Block block, int from, int to) {
    sums.merge(block, from, to);
  }

  @Override
  public void end() {
    sums.unite();
    RunningSums rows = sums.rows();
    double largest = rows.log(0);
    for (int i = 1; i < points; i++) {
      largest = Math.max(largest, rows.log(i));
    }
    double sum = 0;
    for (int i = 0; i < points; i++) {
      sum += Math.exp(rows.log(i) - largest);
    }
    logSum = largest + Math.log(sum);
  }

  @Override
  public void beginWeights() {
    RunningSums rows = sums.rows();
    sums.beginWeights(
        i -> upstream * Math.exp(rows.log(i) - logSum),
        j -> upstream * Math.exp(rows.log(j) - logSum),
        0);
  }

  @Override
  public void weigh(Strip strip) {
    sums.weigh(strip, 0);
  }

  @Override
  public void write(Bindings out, boolean accumulate) {
    double pairs = points * (points - 1.0);
    double excess = 2 * Arrays.stream(excesses).sum() / pairs;
    double loss = excess > -0.5 ? Math.log1p(excess) : logSum - Math.log(pairs);
    Scalars.output(out, "loss", loss, false);
  }
}
