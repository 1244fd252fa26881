package io.gramian.emoji.heads;

import java.util.Map;

/** The first layer of a head, which reads the features of samples. */
interface InputLayer {
  /**
   * The layer for some features.
   *
   * @param features the inputs
   * @param units how many outputs
   * @param seed of the initial weights
   * @param products how to multiply; not closed
   */
  static InputLayer of(Features features, int units, long seed, Products products) {
    return switch (features) {
      case Features.Dense dense -> new DenseInput(dense, units, seed, products);
      case Features.Sparse sparse -> new SparseInput(sparse, units, seed);
    };
  }

  /**
   * What the units get, before the rectifier.
   *
   * @param samples the rows of the features
   * @param out [samples, units], overwritten
   */
  void project(int[] samples, float[] out);

  /**
   * Sets the gradients of the weights.
   *
   * @param samples of the latest {@link #project}
   * @param outGradient [samples, units]
   */
  void backward(int[] samples, float[] outGradient);

  /** What there is to train, by name. */
  Map<String, Trained> trained();
}
