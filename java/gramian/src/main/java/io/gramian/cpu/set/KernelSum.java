package io.gramian.cpu.set;

import io.gramian.Bindings;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import java.util.Arrays;

/**
 * A multiple of the sum over all pairs of sum_u exp(score / (2 v_u)), scores being negative squared
 * distances. Its weights need nothing but the scores, so with them the sum is found on the way.
 */
public final class KernelSum extends PairObjective {
  private final ExpMath exps;
  private final double[] variances;
  private final double factor;
  private final boolean backward;
  private final double[] sums;
  private double upstream;

  /**
   * A sum over the tuples of an engine.
   *
   * @param factor of the sum
   * @param backward whether there will be weights
   */
  public KernelSum(
      Resources resources, double[] variances, int tuples, double factor, boolean backward) {
    this.exps = resources.simd().exps();
    this.variances = variances;
    this.factor = factor;
    this.backward = backward;
    this.sums = resources.doubles(tuples);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    upstream = Scalars.input(in, "grad_loss", 1);
    Arrays.fill(sums, 0);
  }

  @Override
  public boolean needsScores() {
    return !backward;
  }

  /** One, for values that are not wanted. */
  @Override
  public int rowStrips() {
    return 1;
  }

  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      Strip strip = block.strip(j);
      for (double variance : variances) {
        float scale = (float) (1 / (2 * variance));
        sums[strip.tuple] +=
            exps.addExp(
                strip.scores, strip.scoresAt, scale, 0, block.rows(), block.rowsAt(), strip.length);
      }
    }
  }

  @Override
  public void weigh(Strip strip) {
    float[] weights = strip.weights;
    int at = strip.weightsAt;
    Arrays.fill(weights, at, at + strip.length, 0);
    for (double variance : variances) {
      double scale = 1 / (2 * variance);
      float weight = (float) (factor * upstream * scale);
      sums[strip.tuple] +=
          exps.addExp(
              strip.scores, strip.scoresAt, (float) scale, weight, weights, at, strip.length);
    }
  }

  /** The multiple of the sum, once all scores have been added or weighed. */
  public double value() {
    return factor * Arrays.stream(sums).sum();
  }
}
