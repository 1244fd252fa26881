package io.gramian.cli.nn;

/**
 * Trained values with their gradient.
 *
 * @param value the values
 * @param gradient the gradient of the loss, same shape; summed up by the backward pass
 * @param decay whether weight decay applies (to weights, not to biases)
 */
public record Parameter(Matrix value, Matrix gradient, boolean decay) {
  /**
   * A parameter with a gradient of zero.
   *
   * @param value the initial values; kept
   * @param decay whether weight decay applies
   */
  public Parameter(Matrix value, boolean decay) {
    this(value, Matrix.zeros(value.rows(), value.columns()), decay);
  }
}
