package io.gramian.emoji.heads;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The projection of one modality into the shared space: two layers with a rectifier between them,
 * {@code relu(x W1 + b1) W2 + b2}. The loss makes its rows unit.
 */
public final class Head {
  /** Bits that decide whether a unit is silenced. */
  private static final int BITS = 16;

  private final InputLayer input;
  private final DenseLayer output;
  private final int hiddenWidth;
  private final int dimension;
  private final float dropout;
  private final long seed;

  /** The state that the backward pass needs. */
  private int[] batch;

  private float[] hidden;

  /**
   * @param features the inputs
   * @param hiddenWidth the width of the hidden layer
   * @param dimension the width of the output
   * @param dropout the fraction of hidden units silenced in training, 0 for none
   * @param seed decides the initial weights and dropout
   * @param products how to multiply; not closed
   */
  public Head(
      Features features,
      int hiddenWidth,
      int dimension,
      double dropout,
      long seed,
      Products products) {
    this.input = InputLayer.of(features, hiddenWidth, Chance.key(seed, 1), products);
    this.output = new DenseLayer(hiddenWidth, dimension, Chance.key(seed, 2), products);
    this.hiddenWidth = hiddenWidth;
    this.dimension = dimension;
    this.dropout = (float) dropout;
    this.seed = Chance.key(seed, 3);
  }

  /**
   * What there is to train, by name.
   *
   * @return weights and biases
   */
  public Map<String, Trained> trained() {
    Map<String, Trained> trained = new LinkedHashMap<>();
    input.trained().forEach((name, values) -> trained.put("input_" + name, values));
    output.trained().forEach((name, values) -> trained.put("output_" + name, values));
    return trained;
  }

  /**
   * Projects some samples without dropout and without keeping anything for a backward pass.
   *
   * @param samples the rows of the features
   * @return [samples, dimension]
   */
  public Matrix embed(int[] samples) {
    return project(samples, new float[samples.length * hiddenWidth], 0, 0);
  }

  /**
   * Projects some samples for training.
   *
   * @param samples the rows of the features
   * @param step equal steps silence the same units
   * @return [samples, dimension]
   */
  public Matrix forward(int[] samples, int step) {
    batch = samples.clone();
    hidden = new float[samples.length * hiddenWidth];
    return project(batch, hidden, dropout, step);
  }

  private Matrix project(int[] samples, float[] activated, float silenced, int step) {
    input.project(samples, activated);
    IntStream.range(0, samples.length)
        .parallel()
        .forEach(i -> rectify(activated, i, silenced, Chance.key(seed, step, i)));
    float[] out = new float[samples.length * dimension];
    output.forward(activated, samples.length, out);
    return Matrix.ofFlat(out, dimension);
  }

  private void rectify(float[] activated, int row, float silenced, long key) {
    int begin = row * hiddenWidth;
    int end = begin + hiddenWidth;
    for (int j = begin; j < end; j++) {
      activated[j] = Math.max(activated[j], 0);
    }
    if (silenced > 0) {
      silence(activated, begin, end, key);
    }
  }

  private void silence(float[] activated, int begin, int end, long key) {
    int threshold = Math.round(dropout * (1 << BITS));
    float scale = 1 / (1 - dropout);
    long bits = 0;
    for (int j = begin; j < end; j++) {
      int place = (j - begin) % (Long.SIZE / BITS);
      bits = place == 0 ? Chance.key(key, j - begin) : bits >>> BITS;
      activated[j] = (bits & ((1 << BITS) - 1)) < threshold ? 0 : activated[j] * scale;
    }
  }

  /**
   * Sets the gradients of the parameters for the samples of the latest {@link #forward}.
   *
   * @param outGradient the gradient of the loss with respect to its result, same shape
   * @throws IllegalStateException if there was no forward pass
   */
  public void backward(Matrix outGradient) {
    if (hidden == null) {
      throw new IllegalStateException("backward without forward");
    }
    float[] gradient = outGradient.toFlat();
    output.backward(hidden, batch.length, gradient);
    float[] hiddenGradient = new float[hidden.length];
    output.inputGradient(gradient, batch.length, hiddenGradient);
    maskInactive(hiddenGradient, hidden);
    input.backward(batch, hiddenGradient);
    hidden = null;
  }

  /**
   * A unit is zero where the rectifier or dropout stopped it; a living one passed dropout's scale.
   */
  private void maskInactive(float[] gradient, float[] active) {
    float scale = 1 / (1 - dropout);
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = active[j] > 0 ? gradient[j] * scale : 0;
    }
  }
}
