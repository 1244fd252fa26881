package io.gramian.cli.nn;

import java.util.List;
import java.util.stream.IntStream;

/** Adam with decoupled weight decay (Loshchilov and Hutter), betas 0.9 and 0.999. */
public final class AdamW {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final List<State> states;
  private final float weightDecay;
  private int steps;

  private record State(Parameter parameter, Matrix mean, Matrix square) {
    State(Parameter parameter) {
      this(parameter, zerosLike(parameter), zerosLike(parameter));
    }

    private static Matrix zerosLike(Parameter parameter) {
      return Matrix.zeros(parameter.value().rows(), parameter.value().columns());
    }
  }

  /**
   * @param parameters what to train
   * @param weightDecay the fraction taken off per step, times the learning rate
   */
  public AdamW(List<Parameter> parameters, float weightDecay) {
    this.states = parameters.stream().map(State::new).toList();
    this.weightDecay = weightDecay;
  }

  /**
   * Moves every parameter against its gradient and sets the gradient to zero.
   *
   * @param learningRate the step size
   */
  public void step(double learningRate) {
    steps++;
    double correction1 = 1 - Math.pow(BETA1, steps);
    double correction2 = 1 - Math.pow(BETA2, steps);
    float rate = (float) (learningRate / correction1);
    float squareFactor = (float) (1 / correction2);
    for (State state : states) {
      float kept = state.parameter.decay() ? (float) (1 - learningRate * weightDecay) : 1;
      IntStream.range(0, state.mean.rows())
          .parallel()
          .forEach(
              i ->
                  update(
                      state.parameter.value().data()[i],
                      state.parameter.gradient().data()[i],
                      state.mean.data()[i],
                      state.square.data()[i],
                      kept,
                      rate,
                      squareFactor));
    }
  }

  private static void update(
      float[] value,
      float[] gradient,
      float[] mean,
      float[] square,
      float kept,
      float rate,
      float squareFactor) {
    for (int j = 0; j < value.length; j++) {
      float g = gradient[j];
      float m = BETA1 * mean[j] + (1 - BETA1) * g;
      float v = BETA2 * square[j] + (1 - BETA2) * g * g;
      mean[j] = m;
      square[j] = v;
      value[j] = kept * value[j] - rate * m / ((float) Math.sqrt(v * squareFactor) + EPSILON);
      gradient[j] = 0;
    }
  }
}
