package io.gramian.emulated;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Softmax, losses, norms, activations and an optimiser, in every build of the kernels. */
class TeachingNetworksTest {
  private static final double BOUND = 1e-5;
  private static final int ROWS = 5;
  private static final int COLUMNS = 150;
  private static final float[] IN = Numbers.floats(1, ROWS * COLUMNS);

  private static double total(int row) {
    return IntStream.range(0, COLUMNS).mapToDouble(i -> Math.exp(IN[row * COLUMNS + i])).sum();
  }

  private static double softmax(int i) {
    return Math.exp(IN[i]) / total(i / COLUMNS);
  }

  @ParameterizedTest
  @EnumSource
  void softmax(Build build) {
    TestKernels.inSomeOrders(
        build,
        "softmax",
        (device, kernels) -> {
          long in = device.upload(IN);
          long out = device.allocate(4L * IN.length);
          kernels.run("softmax_three_passes", Shape.of(ROWS, 64), out, in, COLUMNS);
          Numbers.assertClose(
              device.downloadFloats(out, IN.length), TeachingNetworksTest::softmax, BOUND);
          long online = device.allocate(4L * IN.length);
          kernels.run("softmax_online", Shape.of(3, 64), online, in, ROWS, COLUMNS);
          Numbers.assertClose(
              device.downloadFloats(online, IN.length), TeachingNetworksTest::softmax, BOUND);
        });
  }

  @ParameterizedTest
  @EnumSource
  void crossEntropy(Build build) {
    int[] labels = Numbers.ints(2, ROWS, 0, COLUMNS);
    TestKernels.inSomeOrders(
        build,
        "softmax",
        (device, kernels) -> {
          long losses = device.allocate(4L * ROWS);
          long logits = device.upload(IN);
          kernels.run(
              "cross_entropy", Shape.of(ROWS, 64), losses, logits, device.upload(labels), COLUMNS);
          Numbers.assertClose(
              device.downloadFloats(losses, ROWS),
              row -> Math.log(total(row)) - IN[row * COLUMNS + labels[row]],
              BOUND);
          Numbers.assertClose(
              device.downloadFloats(logits, IN.length),
              i -> softmax(i) - (i % COLUMNS == labels[i / COLUMNS] ? 1 : 0),
              BOUND);
        });
  }

  @ParameterizedTest
  @EnumSource
  void norms(Build build) {
    float[] scale = Numbers.floats(3, COLUMNS);
    float[] shift = Numbers.floats(4, COLUMNS);
    short[] narrow = Numbers.bf16(Numbers.floats(5, ROWS * 64));
    TestKernels.inSomeOrders(
        build,
        "softmax",
        (device, kernels) -> {
          long out = device.allocate(4L * IN.length);
          kernels.run(
              "layer_norm",
              Shape.of(ROWS, 32),
              out,
              device.upload(IN),
              device.upload(scale),
              device.upload(shift),
              COLUMNS,
              1e-5f);
          Numbers.assertClose(
              device.downloadFloats(out, IN.length),
              i -> {
                int start = i / COLUMNS * COLUMNS;
                double mean =
                    IntStream.range(0, COLUMNS).mapToDouble(j -> IN[start + j]).sum() / COLUMNS;
                double variance =
                    IntStream.range(0, COLUMNS)
                            .mapToDouble(j -> (IN[start + j] - mean) * (IN[start + j] - mean))
                            .sum()
                        / COLUMNS;
                return (IN[i] - mean) / Math.sqrt(variance + 1e-5) * scale[i - start]
                    + shift[i - start];
              },
              BOUND);
          long normed = device.allocate(2L * narrow.length);
          kernels.run(
              "rms_norm_bf16", Shape.of(ROWS, 32), normed, device.upload(narrow), 64, 1e-5f);
          short[] bits = device.downloadShorts(normed, narrow.length);
          float[] values = new float[bits.length];
          for (int i = 0; i < bits.length; i++) {
            values[i] = Numbers.fromBf16(bits[i]);
          }
          Numbers.assertClose(
              values,
              i -> {
                int start = i / 64 * 64;
                double squares =
                    IntStream.range(start, start + 64)
                        .mapToDouble(j -> Numbers.fromBf16(narrow[j]))
                        .map(x -> x * x)
                        .sum();
                return Numbers.fromBf16(narrow[i]) / Math.sqrt(squares / 64 + 1e-5);
              },
              0x1p-8);
        });
  }

  @ParameterizedTest
  @EnumSource
  void gelu(Build build) {
    TestKernels.inSomeOrders(
        build,
        "softmax",
        (device, kernels) -> {
          long in = device.upload(IN);
          for (int exact = 0; exact < 2; exact++) {
            long out = device.allocate(4L * IN.length);
            kernels.run("gelu", Shape.cover(IN.length, 128), out, in, IN.length, exact);
            boolean byError = exact != 0;
            Numbers.assertClose(
                device.downloadFloats(out, IN.length),
                i -> {
                  double x = IN[i];
                  return byError
                      ? 0.5 * x * (1 + Numbers.erf(x * Math.sqrt(0.5)))
                      : 0.5 * x * (1 + Math.tanh(0.79788456 * (x + 0.044715 * x * x * x)));
                },
                // The hyperbolic tangent of the fast build has 11 bits.
                build.isFast() ? 5e-4 : BOUND);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void adam(Build build) {
    int n = 200;
    float[] parameters = Numbers.floats(6, n);
    float[] first = Numbers.floats(7, n);
    float[] second = new float[n];
    float[] gradients = Numbers.floats(8, n);
    for (int i = 0; i < n; i++) {
      second[i] = 0.5f + Math.abs(parameters[i]);
    }
    TestKernels.inSomeOrders(
        build,
        "softmax",
        (device, kernels) -> {
          MemorySegment settings = device.arena.allocate(24, 4);
          float[] values = {0.1f, 0.9f, 0.999f, 1e-8f, 0.01f};
          MemorySegment.copy(values, 0, settings, ValueLayout.JAVA_FLOAT, 0, 5);
          settings.set(ValueLayout.JAVA_INT, 20, 3);
          long p = device.upload(parameters);
          kernels.run(
              "adam",
              Shape.cover(n, 64),
              p,
              device.upload(first),
              device.upload(second),
              device.upload(gradients),
              n,
              settings);
          Numbers.assertClose(
              device.downloadFloats(p, n),
              i -> {
                double m = 0.9f * first[i] + (1 - 0.9f) * gradients[i];
                double v = 0.999f * second[i] + (1 - 0.999f) * gradients[i] * gradients[i];
                double mean = m / (1 - Math.pow(0.9f, 3));
                double square = v / (1 - Math.pow(0.999f, 3));
                return parameters[i]
                    - 0.1f * (mean / (Math.sqrt(square) + 1e-8f) + 0.01f * parameters[i]);
              },
              // 1 - 0.999^3 loses digits.
              2e-4);
        });
  }
}
