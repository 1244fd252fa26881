package io.gramian.emoji.heads;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Trained values with their gradient; all of them move in every step. */
public final class Parameter implements Trained {
  /** Values that one task moves. */
  private static final int CHUNK = 1 << 14;

  private final float[] value;
  private final float[] gradient;
  private final float[] mean;
  private final float[] square;
  private final boolean decay;

  /**
   * A parameter with a gradient of zero.
   *
   * @param value the initial values; kept
   * @param decay whether weight decay applies (to weights, not to biases)
   */
  public Parameter(float[] value, boolean decay) {
    this.value = value;
    this.gradient = new float[value.length];
    this.mean = new float[value.length];
    this.square = new float[value.length];
    this.decay = decay;
  }

  /**
   * The values.
   *
   * @return the live array
   */
  public float[] value() {
    return value;
  }

  /**
   * The gradient of the loss, set or summed up by the backward pass.
   *
   * @return the live array, as long as the values
   */
  public float[] gradient() {
    return gradient;
  }

  @Override
  public void move(AdamW.Step step) {
    IntStream.range(0, Math.ceilDiv(value.length, CHUNK))
        .parallel()
        .forEach(
            chunk -> {
              int begin = chunk * CHUNK;
              int end = Math.min(begin + CHUNK, value.length);
              step.apply(value, gradient, mean, square, begin, end, decay);
              Arrays.fill(gradient, begin, end, 0);
            });
  }

  @Override
  public Map<String, float[]> save() {
    return Map.of("value", value.clone(), "mean", mean.clone(), "square", square.clone());
  }

  @Override
  public void restore(Map<String, float[]> state) {
    restore(state, "value", value);
    restore(state, "mean", mean);
    restore(state, "square", square);
  }

  private static void restore(Map<String, float[]> state, String name, float[] to) {
    System.arraycopy(Trained.saved(state, name, to.length), 0, to, 0, to.length);
  }
}
