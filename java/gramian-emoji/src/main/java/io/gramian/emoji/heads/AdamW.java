package io.gramian.emoji.heads;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Adam with decoupled weight decay (Loshchilov and Hutter), betas 0.9 and 0.999. */
public final class AdamW {
  static final float BETA1 = 0.9f;
  static final float BETA2 = 0.999f;
  static final float EPSILON = 1e-8f;

  private final List<? extends Trained> trained;
  private final float weightDecay;
  private int steps;

  /**
   * What one step does to every value:
   *
   * <pre>
   * mean   = BETA1 mean   + (1 - BETA1) g
   * square = BETA2 square + (1 - BETA2) g^2
   * value  = kept value - rate mean / (sqrt(squareFactor square) + EPSILON)
   * </pre>
   *
   * @param number 1 for the first step
   * @param kept what weight decay leaves of a value
   * @param rate the learning rate, the mean's bias corrected
   * @param squareFactor corrects the bias of the square
   */
  public record Step(int number, float kept, float rate, float squareFactor) {
    static Step of(int number, double learningRate, double weightDecay) {
      return new Step(
          number,
          (float) (1 - learningRate * weightDecay),
          (float) (learningRate / (1 - Math.pow(BETA1, number))),
          (float) (1 / (1 - Math.pow(BETA2, number))));
    }

    /** Moves the values of one array from {@code begin} to {@code end}. */
    void apply(
        float[] value,
        float[] gradient,
        float[] mean,
        float[] square,
        int begin,
        int end,
        boolean decay) {
      float factor = decay ? kept : 1;
      for (int j = begin; j < end; j++) {
        float g = gradient[j];
        float m = BETA1 * mean[j] + (1 - BETA1) * g;
        float v = BETA2 * square[j] + (1 - BETA2) * g * g;
        mean[j] = m;
        square[j] = v;
        value[j] = factor * value[j] - rate * m / ((float) Math.sqrt(v * squareFactor) + EPSILON);
      }
    }
  }

  /**
   * @param trained what to train
   * @param weightDecay the fraction taken off per step, times the learning rate
   */
  public AdamW(List<? extends Trained> trained, float weightDecay) {
    this.trained = List.copyOf(trained);
    this.weightDecay = weightDecay;
  }

  /**
   * Moves everything against its gradient, which is forgotten.
   *
   * @param learningRate the step size
   */
  public void step(double learningRate) {
    Step step = Step.of(++steps, learningRate, weightDecay);
    trained.forEach(values -> values.move(step));
  }

  /**
   * Goes on after earlier steps, whose outcome has been restored or is about to be.
   *
   * @param taken how many steps
   * @param learningRate of each, from 0
   */
  public void resumeAfter(int taken, IntToDoubleFunction learningRate) {
    for (int s = 0; s < taken; s++) {
      Step step = Step.of(s + 1, learningRate.applyAsDouble(s), weightDecay);
      trained.forEach(values -> values.remember(step));
    }
    steps = taken;
  }
}
