package io.gramian.tensorflow;

import java.util.Random;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;

/** Random matrices. */
final class Values {
  private Values() {}

  static float[][] normal(long seed, int rows, int columns, double scale) {
    Random random = new Random(seed);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) (scale * random.nextGaussian());
      }
    }
    return values;
  }

  static TFloat32 tensor(float[][] values) {
    return TFloat32.tensorOf(
        Shape.of(values.length, values[0].length), tensor -> StdArrays.copyTo(values, tensor));
  }

  static float[] flat(float[][] values) {
    float[] flat = new float[values.length * values[0].length];
    for (int i = 0; i < values.length; i++) {
      System.arraycopy(values[i], 0, flat, i * values[0].length, values[0].length);
    }
    return flat;
  }
}
