package io.gramian.cli.nn;

import java.util.List;
import java.util.Random;

/**
 * The projection of one modality into the shared space: two layers with a rectifier between them,
 * {@code relu(x W1 + b1) W2 + b2}. The loss makes its rows unit.
 */
public final class Head {
  private final Features features;
  private final Parameter weights1;
  private final Parameter bias1;
  private final Parameter weights2;
  private final Parameter bias2;
  private final float dropout;
  private final Products products;

  /** The state that the backward pass needs. */
  private int[] rows;

  private Matrix hidden;

  /**
   * @param features the inputs
   * @param hiddenWidth the width of the hidden layer
   * @param dimension the width of the output
   * @param dropout the fraction of hidden units silenced in training, 0 for none
   * @param random the source of the initial weights
   * @param products how to multiply; not closed
   */
  public Head(
      Features features,
      int hiddenWidth,
      int dimension,
      double dropout,
      Random random,
      Products products) {
    this.products = products;
    this.features = features;
    this.dropout = (float) dropout;
    this.weights1 = new Parameter(initial(features.width(), hiddenWidth, random), true);
    this.bias1 = new Parameter(Matrix.zeros(1, hiddenWidth), false);
    this.weights2 = new Parameter(initial(hiddenWidth, dimension, random), true);
    this.bias2 = new Parameter(Matrix.zeros(1, dimension), false);
  }

  /** Uniform fan-in variance, as PyTorch's linear layers start. */
  private static Matrix initial(int fanIn, int fanOut, Random random) {
    return Matrix.gaussian(fanIn, fanOut, 1 / Math.sqrt(3.0 * fanIn), random);
  }

  /**
   * What there is to train.
   *
   * @return weights and biases
   */
  public List<Parameter> parameters() {
    return List.of(weights1, bias1, weights2, bias2);
  }

  /**
   * Projects some samples without dropout and without keeping anything for a backward pass.
   *
   * @param samples the rows of the features
   * @return [samples, dimension]
   */
  public Matrix embed(int[] samples) {
    return outputOf(rectified(samples));
  }

  /**
   * Projects some samples for training.
   *
   * @param samples the rows of the features
   * @param random the source of dropout
   * @return [samples, dimension]
   */
  public Matrix forward(int[] samples, Random random) {
    rows = samples.clone();
    hidden = rectified(samples);
    if (dropout > 0) {
      silence(hidden, random);
    }
    return outputOf(hidden);
  }

  private Matrix rectified(int[] samples) {
    Matrix out = broadcast(bias1, samples.length);
    features.addProjection(products, samples, weights1.value(), out);
    for (float[] row : out.data()) {
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.max(row[j], 0);
      }
    }
    return out;
  }

  private Matrix outputOf(Matrix activated) {
    Matrix out = broadcast(bias2, activated.rows());
    products.addProduct(activated, weights2.value(), out);
    return out;
  }

  private void silence(Matrix activated, Random random) {
    float scale = 1 / (1 - dropout);
    for (float[] row : activated.data()) {
      for (int j = 0; j < row.length; j++) {
        row[j] = random.nextFloat() < dropout ? 0 : row[j] * scale;
      }
    }
  }

  private static Matrix broadcast(Parameter bias, int count) {
    Matrix out = Matrix.zeros(count, bias.value().columns());
    for (float[] row : out.data()) {
      System.arraycopy(bias.value().data()[0], 0, row, 0, row.length);
    }
    return out;
  }

  /**
   * Adds the gradients of the parameters for the samples of the latest {@link #forward}.
   *
   * @param outGradient the gradient of the loss with respect to its result, same shape
   * @throws IllegalStateException if there was no forward pass
   */
  public void backward(Matrix outGradient) {
    if (hidden == null) {
      throw new IllegalStateException("backward without forward");
    }
    products.addTransposedProduct(hidden, outGradient, weights2.gradient());
    addColumnSums(outGradient, bias2.gradient());
    Matrix hiddenGradient = Matrix.zeros(hidden.rows(), hidden.columns());
    products.addProductTransposed(outGradient, weights2.value(), hiddenGradient);
    maskInactive(hiddenGradient);
    features.addWeightGradient(products, rows, hiddenGradient, weights1.gradient());
    addColumnSums(hiddenGradient, bias1.gradient());
    hidden = null;
  }

  /**
   * A unit is zero where the rectifier or dropout stopped it; a living one passed dropout's scale.
   */
  private void maskInactive(Matrix gradient) {
    float scale = 1 / (1 - dropout);
    for (int i = 0; i < gradient.rows(); i++) {
      float[] row = gradient.data()[i];
      float[] active = hidden.data()[i];
      for (int j = 0; j < row.length; j++) {
        row[j] = active[j] > 0 ? row[j] * scale : 0;
      }
    }
  }

  private static void addColumnSums(Matrix from, Matrix to) {
    for (float[] row : from.data()) {
      Matrix.addScaled(1, row, to.data()[0]);
    }
  }
}
