package io.gramian.cpu.set;

import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.Strip;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * The sum over all pairs of sum_u exp(score / (2 v_u)), scores being negative squared distances.
 * Its weights need nothing but the scores, so the sum is found on the way.
 */
public final class KernelSum extends PairObjective {
  private final Simd simd;
  private final double[] variances;
  private final double[] sums;
  private double factor;

  public KernelSum(Simd simd, double[] variances, int tuples) {
    this.simd = simd;
    this.variances = variances;
    this.sums = new double[tuples];
  }

  /**
   * Starts a run.
   *
   * @param newFactor the gradient with respect to the sum
   */
  public void begin(double newFactor) {
    factor = newFactor;
    Arrays.fill(sums, 0);
  }

  public long bytes() {
    return 8L * sums.length;
  }

  /** One, for values that are not wanted. */
  @Override
  public int rowStrips() {
    return 1;
  }

  @Override
  public void add(Block block) {
    for (int j = 0; j < block.tuples(); j++) {
      int from = block.from(j);
      int at = block.scoresAt() + j * block.stride() + from;
      for (double variance : variances) {
        float scale = (float) (1 / (2 * variance));
        sums[block.tuple() + j] +=
            simd.exps()
                .addExp(
                    block.scores(),
                    at,
                    scale,
                    0,
                    block.rows(),
                    block.rowsAt(),
                    block.anchors() - from);
      }
    }
  }

  @Override
  public void weigh(Strip strip) {
    Arrays.fill(strip.weights, strip.weightsAt, strip.weightsAt + strip.length, 0);
    for (double variance : variances) {
      double scale = 1 / (2 * variance);
      sums[strip.tuple] +=
          simd.exps()
              .addExp(
                  strip.scores,
                  strip.scoresAt,
                  (float) scale,
                  (float) (factor * scale),
                  strip.weights,
                  strip.weightsAt,
                  strip.length);
    }
  }

  /** The sum, once all scores have been added or weighed. */
  public double sum() {
    return Arrays.stream(sums).sum();
  }
}
