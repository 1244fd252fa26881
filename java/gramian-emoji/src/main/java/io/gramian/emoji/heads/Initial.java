package io.gramian.emoji.heads;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The weights that layers start from: normal, with the variance of PyTorch's linear layers. */
final class Initial {
  private Initial() {}

  /**
   * Weights of a layer, drawn row by row.
   *
   * @param rows of the matrix
   * @param columns of the matrix
   * @param fanIn how many inputs a unit has
   * @param seed decides all
   * @return [rows][columns]
   */
  static float[][] weights(int rows, int columns, int fanIn, long seed) {
    double deviation = 1 / Math.sqrt(3.0 * fanIn);
    float[][] weights = new float[rows][];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            i -> {
              SplittableRandom random = Chance.of(seed, i);
              float[] row = new float[columns];
              for (int j = 0; j < columns; j++) {
                row[j] = (float) (deviation * random.nextGaussian());
              }
              weights[i] = row;
            });
    return weights;
  }
}
