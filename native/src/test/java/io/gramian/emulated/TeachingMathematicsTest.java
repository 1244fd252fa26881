package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions, roundings and conversions of numbers, in every build of the kernels. */
class TeachingMathematicsTest {
  private static final int N = 128;
  private static final Shape GRID = Shape.cover(N, 64);

  /** By their number in the kernel; x is in (-1.4, 1.4), y in (0.3, 1.8) or its negative. */
  private static final DoubleBinaryOperator[] FUNCTIONS = {
    (x, y) -> Math.sin(x),
    (x, y) -> Math.cos(x),
    (x, y) -> Math.tan(x),
    (x, y) -> Math.exp(x),
    (x, y) -> Math.log(Math.abs(x)),
    (x, y) -> Math.sqrt(Math.abs(x)),
    (x, y) -> Math.cbrt(x),
    (x, y) -> Math.tanh(x),
    (x, y) -> Math.atan(x),
    (x, y) -> Math.atan2(x, y),
    (x, y) -> Math.pow(Math.abs(x), y),
    (x, y) -> x % y,
    (x, y) -> Math.hypot(x, y),
    (x, y) -> x / y,
    (x, y) -> Math.log1p(Math.abs(x)),
    (x, y) -> Math.expm1(x),
    (x, y) -> Math.pow(2, x),
    (x, y) -> Math.log(Math.abs(x)) / Math.log(2),
    (x, y) -> Math.floor(x) + 4 * Math.ceil(x) + 16 * truncated(x) + 64 * Math.rint(x),
    (x, y) -> Math.fma((float) x, (float) y, 1f),
    (x, y) -> Math.copySign(x, y),
    (x, y) -> 1 / Math.sqrt(Math.abs(x)),
    (x, y) -> Math.sinh(x),
    (x, y) -> Math.asin(x / (1 + Math.abs(x))),
    (x, y) -> -Math.abs(x - y),
    (x, y) -> Math.scalb(x, (int) y),
    (x, y) -> 1 / x,
    (x, y) -> x / y,
    (x, y) -> Math.sin(x),
    (x, y) -> Math.log(Math.abs(x)) / Math.log(2),
  };

  private static final DoubleBinaryOperator[] FUNCTIONS_OF_DOUBLE = {
    (x, y) -> Math.sin(x),
    (x, y) -> Math.cos(x),
    (x, y) -> Math.exp(x),
    (x, y) -> Math.log(Math.abs(x)),
    (x, y) -> Math.sqrt(Math.abs(x)),
    (x, y) -> x / y,
    (x, y) -> Math.pow(Math.abs(x), y),
    (x, y) -> Math.fma(x, y, -1.0),
    (x, y) -> Math.tanh(x),
    (x, y) -> Math.floor(x) + 4 * Math.ceil(x) + 16 * truncated(x) + 64 * Math.rint(x),
    (x, y) -> isExactSum(x, y) ? 0 : Math.ulp(x + y),
    (x, y) -> 1 / Math.sqrt(Math.abs(x)),
    (x, y) -> x % y,
    (x, y) -> Numbers.erf(x),
  };

  private static double truncated(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  private static boolean isExactSum(double x, double y) {
    double sum = x + y;
    double rest = sum - x;
    return (x - (sum - rest)) + (y - rest) == 0;
  }

  private static double[] arguments(long seed, double least, double most) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[N];
    for (int i = 0; i < N; i++) {
      values[i] = random.nextDouble(least, most) * (random.nextBoolean() ? 1 : -1);
    }
    return values;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @ParameterizedTest
  @EnumSource
  void functionsOfFloat(Build build) {
    float[] x = floats(arguments(1, 0.01, 1.4));
    float[] y = floats(arguments(2, 0.3, 1.8));
    TestKernels.inSomeOrders(
        build,
        "mathematics",
        (device, kernels) -> {
          long out = device.allocate(4L * N);
          long first = device.upload(x);
          long second = device.upload(y);
          for (int f = 0; f < FUNCTIONS.length; f++) {
            kernels.run("functions_of_float", GRID, out, first, second, N, f);
            DoubleBinaryOperator function = FUNCTIONS[f];
            boolean isTanh = f == 7;
            Numbers.assertClose(
                device.downloadFloats(out, N),
                i -> function.applyAsDouble(x[i], y[i]),
                build.isFast() ? isTanh ? 1e-3 : 1e-5 : 1e-6);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void functionsOfDouble(Build build) {
    double[] x = arguments(3, 0.01, 1.4);
    double[] y = arguments(4, 0.3, 1.8);
    TestKernels.inSomeOrders(
        build,
        "mathematics",
        (device, kernels) -> {
          long out = device.allocate(8L * N);
          long first = device.upload(x);
          long second = device.upload(y);
          for (int f = 0; f < FUNCTIONS_OF_DOUBLE.length; f++) {
            kernels.run("functions_of_double", GRID, out, first, second, N, f);
            double[] results = device.downloadDoubles(out, N);
            for (int i = 0; i < N; i++) {
              double expected = FUNCTIONS_OF_DOUBLE[f].applyAsDouble(x[i], y[i]);
              assertThat(Math.abs(results[i] - expected))
                  .as("function %d of %s, %s", f, x[i], y[i])
                  .isLessThanOrEqualTo(f == 10 ? 0 : 1e-13 * Math.max(1, Math.abs(expected)));
            }
          }
        });
  }

  /** On which side of the exact result of an operation a number is. */
  private static int sideOf(int operation, double r, double x, double y) {
    return switch (operation) {
      case 0 -> Double.compare(r, x + y);
      case 1 -> Double.compare(r, x * y);
      case 2 -> Double.compare(r * y * Math.signum(y), x * Math.signum(y));
      default -> Double.compare(r * r, Math.abs(x));
    };
  }

  @ParameterizedTest
  @EnumSource
  void directionsOfRounding(Build build) {
    float[] x = floats(arguments(5, 0.01, 3));
    float[] y = floats(arguments(6, 0.01, 3));
    TestKernels.inSomeOrders(
        build,
        "mathematics",
        (device, kernels) -> {
          long out = device.allocate(64L * N);
          kernels.run("directions_of_rounding", GRID, out, device.upload(x), device.upload(y), N);
          float[] results = device.downloadFloats(out, 16 * N);
          for (int i = 0; i < 4 * N; i++) {
            int operation = i % 4;
            double a = x[i / 4];
            double b = y[i / 4];
            float nearest = results[4 * i];
            float toZero = results[4 * i + 1];
            float up = results[4 * i + 2];
            float down = results[4 * i + 3];
            String what = "operation " + operation + " of " + a + ", " + b;
            assertThat(sideOf(operation, down, a, b)).as(what).isLessThanOrEqualTo(0);
            assertThat(sideOf(operation, up, a, b)).as(what).isGreaterThanOrEqualTo(0);
            assertThat(up).as(what).isIn(down, Math.nextUp(down));
            assertThat(toZero).as(what).isEqualTo(down < 0 ? up : down);
            int middle = sideOf(operation, ((double) down + up) / 2, a, b);
            if (middle != 0) {
              assertThat(nearest).as(what).isEqualTo(middle > 0 ? down : up);
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void integers(Build build) {
    int[] x = Numbers.ints(7, N, Integer.MIN_VALUE, Integer.MAX_VALUE);
    int[] y = Numbers.ints(8, N, Integer.MIN_VALUE, Integer.MAX_VALUE);
    for (int i = 0; i < 40; i++) {
      y[i] = i - 20;
      x[i] = i % 5 == 0 ? i - 10 : x[i];
    }
    TestKernels.inSomeOrders(
        build,
        "mathematics",
        (device, kernels) -> {
          long out = device.allocate(96L * N);
          kernels.run("integers", GRID, out, device.upload(x), device.upload(y), N);
          int[] results = device.downloadInts(out, 24 * N);
          for (int i = 0; i < N; i++) {
            assertThat(Arrays.copyOfRange(results, 24 * i, 24 * i + 24))
                .as("%d, %d", x[i], y[i])
                .isEqualTo(expectedIntegers(x[i], y[i]));
          }
        });
  }

  private static int[] expectedIntegers(int x, int y) {
    int divisor = y == -1 ? 2 : y;
    long both = (long) y << 32 | x & 0xffffffffL;
    int differences = 0;
    int dot = 3;
    int permuted = 0;
    int[] selectors = {5, 1, 7, 3};
    for (int b = 0; b < 4; b++) {
      int p = x >>> 8 * b & 0xff;
      int q = y >>> 8 * b & 0xff;
      differences |= Math.abs(p - q) << 8 * b;
      dot += (byte) p * (byte) q;
      permuted |= (int) (both >>> 8 * selectors[b] & 0xff) << 8 * b;
    }
    int shift = Math.min(y & 63, 32);
    int[] table = {x, y, x + y};
    int looked = 0;
    for (int bit = 0; bit < 32; bit++) {
      int index =
          (table[0] >>> bit & 1) << 2 | (table[1] >>> bit & 1) << 1 | (table[2] >>> bit & 1);
      looked |= (0x6a >>> index & 1) << bit;
    }
    return new int[] {
      y == 0 ? 0 : x / divisor,
      y == 0 ? 0 : x % divisor,
      y == 0 ? 0 : Integer.divideUnsigned(x, y),
      y == 0 ? 0 : Integer.remainderUnsigned(x, y),
      (int) ((long) x * y >> 32),
      (int) ((x & 0xffffffffL) * (y & 0xffffffffL) >>> 32),
      Integer.numberOfLeadingZeros(x),
      Integer.bitCount(x),
      Integer.reverse(x),
      x == 0 ? 0 : Integer.numberOfTrailingZeros(x) + 1,
      permuted,
      y << 11 | x >>> 21,
      shift == 32 ? y : (int) (both >>> shift),
      (x << 8 >> 8) * (y << 8 >> 8),
      (int) Math.abs((long) x - y) + 5,
      (int) ((long) x + y >> 1),
      differences,
      dot,
      Math.min(x, y) ^ (Integer.compareUnsigned(x, y) > 0 ? x : y),
      Math.abs(x) + (x >> (y & 31)) + (x >>> (y & 31)) + (x << (y & 31)),
      x << 18 >> 23,
      y & ~(0xfff << 7) | (x & 0xfff) << 7,
      looked,
      (int) (both >>> (x & 31)),
    };
  }

  @ParameterizedTest
  @EnumSource
  void longIntegers(Build build) {
    SplittableRandom random = new SplittableRandom(9);
    long[] x = random.longs(N).toArray();
    long[] y = random.longs(N).toArray();
    for (int i = 0; i < 40; i++) {
      y[i] = i - 20;
    }
    TestKernels.inSomeOrders(
        build,
        "mathematics",
        (device, kernels) -> {
          long out = device.allocate(96L * N);
          kernels.run("long_integers", GRID, out, device.upload(x), device.upload(y), N);
          long[] results = device.downloadLongs(out, 12 * N);
          for (int i = 0; i < N; i++) {
            long a = x[i];
            long b = y[i];
            long divisor = b == -1 ? 2 : b;
            assertThat(Arrays.copyOfRange(results, 12 * i, 12 * i + 12))
                .as("%d, %d", a, b)
                .containsExactly(
                    b == 0 ? 0 : a / divisor,
                    b == 0 ? 0 : a % divisor,
                    b == 0 ? 0 : Long.divideUnsigned(a, b),
                    b == 0 ? 0 : Long.remainderUnsigned(a, b),
                    Math.multiplyHigh(a, b),
                    Math.unsignedMultiplyHigh(a, b),
                    Long.numberOfLeadingZeros(a),
                    Long.bitCount(a),
                    Long.reverse(a),
                    a * b + (a >> (b & 63)) - (a >>> (b & 63)),
                    Math.min(a, b) + (a < b ? 1 : 2),
                    a + b);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void conversions(Build build) {
    double[] doubles = arguments(10, 0.001, 70000);
    float[] in = floats(arguments(11, 0.001, 3000));
    TestKernels.inSomeOrders(
        build,
        "mathematics",
        (device, kernels) -> {
          long out = device.allocate(64L * N);
          kernels.run("conversions", GRID, out, device.upload(in), device.upload(doubles), N);
          int[] results = device.downloadInts(out, 16 * N);
          for (int i = 0; i < N; i++) {
            float x = in[i];
            double d = doubles[i];
            int nearest = (int) Math.rint(x);
            short half = Float.floatToFloat16(x);
            float narrow = (float) d;
            float toZero = Math.abs(narrow) > Math.abs(d) ? towardsZero(narrow) : narrow;
            BigInteger product =
                new BigInteger(Long.toUnsignedString((long) nearest * 1234567891L));
            int bits = Float.floatToRawIntBits(x);
            assertThat(Arrays.copyOfRange(results, 16 * i, 16 * i + 16))
                .as("%s, %s", x, d)
                .containsExactly(
                    (int) x,
                    x < 0 ? 0 : (int) x,
                    nearest,
                    (int) Math.ceil(x),
                    (int) Math.floor(x),
                    (int) ((long) x >> 7),
                    (int) d,
                    Float.floatToRawIntBits(narrow),
                    Float.floatToRawIntBits(toZero),
                    Float.floatToRawIntBits(nearest),
                    Float.floatToRawIntBits(product.floatValue()),
                    (int) (Double.doubleToRawLongBits(d) >> 32),
                    (byte) (int) x + (short) (int) x,
                    half & 0xffff,
                    Float.floatToRawIntBits(Float.float16ToFloat(half)),
                    bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
          }
        });
  }

  private static float towardsZero(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) - 1);
  }

  @ParameterizedTest
  @EnumSource
  void halves(Build build) {
    int[] eighths = Numbers.ints(12, 4 * N, -64, 65);
    int[] x = new int[N];
    int[] y = new int[N];
    for (int i = 0; i < N; i++) {
      x[i] = pair(eighths[4 * i] / 8f, eighths[4 * i + 1] / 8f);
      y[i] = pair(eighths[4 * i + 2] / 8f, eighths[4 * i + 3] / 8f);
    }
    TestKernels.inSomeOrders(
        build,
        "mathematics",
        (device, kernels) -> {
          long out = device.allocate(24L * N);
          kernels.run("halves", GRID, out, device.upload(x), device.upload(y), N);
          int[] results = device.downloadInts(out, 6 * N);
          for (int i = 0; i < N; i++) {
            float a = eighths[4 * i] / 8f;
            float b = eighths[4 * i + 1] / 8f;
            float c = eighths[4 * i + 2] / 8f;
            float d = eighths[4 * i + 3] / 8f;
            assertThat(Arrays.copyOfRange(results, 6 * i, 6 * i + 6))
                .as("%s %s, %s %s", a, b, c, d)
                .containsExactly(
                    pair(a + c, b + d),
                    pair(a * c, b * d),
                    pair(a * c + c, b * d + d),
                    pair(Math.max(a, c), Math.max(b, d)),
                    pair(-a, -b),
                    pair(b * c, a - d));
          }
        });
  }

  private static int pair(float low, float high) {
    return Float.floatToFloat16(low) & 0xffff | Float.floatToFloat16(high) << 16;
  }
}
