package io.gramian.emoji.heads;

import java.util.Arrays;

/**
 * What steps of {@link AdamW} do to values whose gradient is zero in all of them. With a gradient
 * of zero the mean shrinks by BETA1 and the square by BETA2 in each step, so that after k steps the
 * value has moved along {@code mean / sqrt(square)} by factors that are the same for all values.
 * They are summed here once for many values. Epsilon is taken to shrink along with the root of the
 * square.
 */
final class MissedSteps {
  /** The share of a mean that moves after more steps is below 1e-13. */
  private static final int MOVING = 300;

  private static final double RATIO = AdamW.BETA1 / Math.sqrt(AdamW.BETA2);

  /** By step, from 1: rate over the root of squareFactor; that root; logarithms of kept, summed. */
  private double[] reach = new double[64];

  private double[] root = new double[64];
  private double[] keptLog = new double[64];
  private int steps;

  /**
   * The outcome of the missed steps:
   *
   * <pre>
   * value  = kept value - reach mean / (sqrt(square) + epsilon)
   * mean   = meanFactor mean
   * square = squareFactor square
   * </pre>
   *
   * with the mean and the square as they were before.
   */
  record Effect(float kept, float reach, float epsilon, float meanFactor, float squareFactor) {
    void apply(float[] value, float[] mean, float[] square) {
      for (int j = 0; j < value.length; j++) {
        float m = mean[j];
        float v = square[j];
        value[j] = kept * value[j] - reach * m / ((float) Math.sqrt(v) + epsilon);
        mean[j] = meanFactor * m;
        square[j] = squareFactor * v;
      }
    }
  }

  /** How many steps there were. */
  int steps() {
    return steps;
  }

  /** Remembers a step. */
  void add(AdamW.Step step) {
    steps++;
    if (steps == reach.length) {
      reach = Arrays.copyOf(reach, 2 * steps);
      root = Arrays.copyOf(root, 2 * steps);
      keptLog = Arrays.copyOf(keptLog, 2 * steps);
    }
    root[steps] = Math.sqrt(step.squareFactor());
    reach[steps] = step.rate() / root[steps];
    keptLog[steps] = keptLog[steps - 1] + Math.log(step.kept());
  }

  /**
   * What the steps after one of them do.
   *
   * @param made the latest step made, 0 for none
   */
  Effect since(int made) {
    double sum = 0;
    double share = 1;
    for (int s = made + 1; s <= Math.min(steps, made + MOVING); s++) {
      share *= RATIO;
      sum += reach[s] * share * Math.exp(keptLog[steps] - keptLog[s]);
    }
    int missed = steps - made;
    return new Effect(
        (float) Math.exp(keptLog[steps] - keptLog[made]),
        (float) sum,
        (float) (AdamW.EPSILON / (made == 0 ? 1 : root[made])),
        (float) Math.pow(AdamW.BETA1, missed),
        (float) Math.pow(AdamW.BETA2, missed));
  }
}
