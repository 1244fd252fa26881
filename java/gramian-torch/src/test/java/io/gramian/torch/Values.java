package io.gramian.torch;

import java.util.Random;

/** Numbers for tests of both stacks. */
public final class Values {
  private Values() {}

  /** Normally distributed values. */
  public static float[] normal(long seed, int count) {
    return normal(seed, count, 1);
  }

  /** Normally distributed values of a standard deviation. */
  public static float[] normal(long seed, int count, double deviation) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** |actual - expected| / |expected| over whole arrays. */
  public static double relativeError(double[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(actual.length + " values, expected " + expected.length);
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }

  /** As {@link #relativeError(double[], double[])}. */
  public static double relativeError(float[] actual, float[] expected) {
    return relativeError(wide(actual), wide(expected));
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
