package io.gramian.emoji.heads;

import java.util.Map;

/** A layer {@code y = x W^T + b}, W of [outputs, inputs]. */
final class DenseLayer {
  private final int inputs;
  private final int outputs;
  private final Parameter weights;
  private final Parameter bias;
  private final Products products;

  /**
   * @param inputs the width of x
   * @param outputs the width of y
   * @param seed of the initial weights
   * @param products how to multiply; not closed
   */
  DenseLayer(int inputs, int outputs, long seed, Products products) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.weights =
        new Parameter(new Matrix(Initial.weights(outputs, inputs, inputs, seed)).toFlat(), true);
    this.bias = new Parameter(new float[outputs], false);
    this.products = products;
  }

  /** {@code y = x W^T + b}, shapes [rows, inputs] and [rows, outputs]. */
  void forward(float[] x, int rows, float[] y) {
    products.multiply(x, weights.value(), y, rows, inputs, outputs);
    float[] shift = bias.value();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < outputs; j++) {
        y[i * outputs + j] += shift[j];
      }
    }
  }

  /** Sets the gradients of weights and bias. */
  void backward(float[] x, int rows, float[] yGradient) {
    float[] columns = new float[outputs * rows];
    Transposition.copy(yGradient, rows, outputs, columns);
    float[] inputColumns = new float[inputs * rows];
    Transposition.copy(x, rows, inputs, inputColumns);
    products.multiply(columns, inputColumns, weights.gradient(), outputs, rows, inputs);
    for (int j = 0; j < outputs; j++) {
      float sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += columns[j * rows + i];
      }
      bias.gradient()[j] = sum;
    }
  }

  /** The gradient of x, overwritten. */
  void inputGradient(float[] yGradient, int rows, float[] xGradient) {
    float[] transposed = new float[inputs * outputs];
    Transposition.copy(weights.value(), outputs, inputs, transposed);
    products.multiply(yGradient, transposed, xGradient, rows, outputs, inputs);
  }

  Map<String, Trained> trained() {
    return Map.of("weights", weights, "bias", bias);
  }
}
