package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/** Inputs of test kernels, and comparisons of what they give. */
final class Numbers {
  private Numbers() {}

  /** Floats between -1 and 1, the same for the same seed. */
  static float[] floats(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /** Whole numbers as floats, of which sums are exact. */
  static float[] wholeFloats(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-50, 50);
    }
    return values;
  }

  static int[] ints(long seed, int count, int from, int to) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(from, to);
    }
    return values;
  }

  static double[] doubles(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextDouble(-1, 1);
    }
    return values;
  }

  /** The bits of floats cut to bf16. */
  static short[] bf16(float... values) {
    short[] bits = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = (short) (Float.floatToRawIntBits(values[i]) >> 16);
    }
    return bits;
  }

  static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * Compares with what each element should be.
   *
   * @param bound of the difference, relative to the greater of 1 and the expected value
   */
  static void assertClose(float[] actual, IntToDoubleFunction expected, double bound) {
    for (int i = 0; i < actual.length; i++) {
      double wanted = expected.applyAsDouble(i);
      assertThat(Math.abs(actual[i] - wanted))
          .as("element %d: %s, expected %s", i, actual[i], wanted)
          .isLessThanOrEqualTo(bound * Math.max(1, Math.abs(wanted)));
    }
  }

  /** The error function, from its series; exact to 1e-13 for |x| up to 3. */
  static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 100; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }
}
