package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stencils, sparse products, bodies and graphs, in every build of the kernels. */
class TeachingGridsTest {
  private static final double BOUND = 1e-5;

  @ParameterizedTest
  @EnumSource
  void convolution(Build build) {
    int width = 37;
    int height = 21;
    float[] in = Numbers.floats(1, width * height);
    float[] weights = Numbers.floats(2, 25);
    TestKernels.inSomeOrders(
        build,
        "stencils",
        (device, kernels) -> {
          MemorySegment host = device.arena.allocateFrom(ValueLayout.JAVA_FLOAT, weights);
          device.driver.check("cuMemcpyHtoD_v2", kernels.variable("kWeights"), host, 100L);
          long out = device.allocate(4L * in.length);
          kernels.run(
              "convolution", new Shape(3, 2, 16, 16, 0), out, device.upload(in), width, height);
          Numbers.assertClose(
              device.downloadFloats(out, in.length),
              at -> {
                double sum = 0;
                for (int w = 0; w < 25; w++) {
                  int x = at % width + w % 5 - 2;
                  int y = at / width + w / 5 - 2;
                  boolean inside = x >= 0 && x < width && y >= 0 && y < height;
                  sum += inside ? weights[w] * in[y * width + x] : 0;
                }
                return sum;
              },
              BOUND);
        });
  }

  @ParameterizedTest
  @EnumSource
  void heat(Build build) {
    int side = 11;
    int plane = side * side;
    float[] in = Numbers.floats(3, side * plane);
    TestKernels.inSomeOrders(
        build,
        "stencils",
        (device, kernels) -> {
          long out = device.zeros(4L * in.length);
          kernels.run("heat", new Shape(2, 2, 8, 8, 0), out, device.upload(in), side, 0.1f);
          Numbers.assertClose(
              device.downloadFloats(out, in.length),
              i -> {
                int x = i % side;
                int y = i / side % side;
                int z = i / plane;
                if (Math.min(x, Math.min(y, z)) == 0 || Math.max(x, Math.max(y, z)) == side - 1) {
                  return 0;
                }
                double around =
                    (double) in[i - 1]
                        + in[i + 1]
                        + in[i - side]
                        + in[i + side]
                        + in[i - plane]
                        + in[i + plane];
                return in[i] + 0.1f * (around - 6.0 * in[i]);
              },
              BOUND);
        });
  }

  /** Rows of different lengths. */
  private static int[] starts(int rows) {
    int[] starts = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      starts[i + 1] = starts[i] + i * 7 % 45;
    }
    return starts;
  }

  @ParameterizedTest
  @EnumSource
  void sparseProduct(Build build) {
    int rows = 20;
    int[] starts = starts(rows);
    int[] columns = Numbers.ints(4, starts[rows], 0, 60);
    float[] values = Numbers.floats(5, starts[rows]);
    float[] x = Numbers.floats(6, 60);
    TestKernels.inSomeOrders(
        build,
        "stencils",
        (device, kernels) -> {
          long y = device.allocate(4L * rows);
          kernels.run(
              "sparse_product",
              Shape.cover(32 * rows, 64),
              y,
              device.upload(starts),
              device.upload(columns),
              device.upload(values),
              device.upload(x),
              rows);
          Numbers.assertClose(
              device.downloadFloats(y, rows),
              row -> {
                double sum = 0;
                for (int i = starts[row]; i < starts[row + 1]; i++) {
                  sum += values[i] * x[columns[i]];
                }
                return sum;
              },
              BOUND);
        });
  }

  @ParameterizedTest
  @EnumSource
  void gravity(Build build) {
    int n = 50;
    float[] bodies = Numbers.floats(7, 4 * n);
    TestKernels.inSomeOrders(
        build,
        "stencils",
        (device, kernels) -> {
          long out = device.allocate(16L * n);
          Shape shape = Shape.cover(n, 32).withShared(16 * 32);
          kernels.run("gravity", shape, out, device.upload(bodies), n);
          Numbers.assertClose(
              device.downloadFloats(out, 4 * n),
              i -> {
                double sum = 0;
                for (int j = 0; j < n && i % 4 < 3; j++) {
                  double squares = 0.01;
                  for (int d = 0; d < 3; d++) {
                    double difference = (double) bodies[4 * j + d] - bodies[i / 4 * 4 + d];
                    squares += difference * difference;
                  }
                  double difference = (double) bodies[4 * j + i % 4] - bodies[i];
                  sum += difference * bodies[4 * j + 3] / (squares * Math.sqrt(squares));
                }
                return sum;
              },
              1e-4);
        });
  }

  @ParameterizedTest
  @EnumSource
  void breadthFirstSearch(Build build) {
    int n = 90;
    int[] starts = new int[n + 1];
    for (int i = 0; i < n; i++) {
      starts[i + 1] = starts[i] + i % 3;
    }
    int[] neighbours = Numbers.ints(8, starts[n], 0, n);
    int[] expected = new int[n];
    Arrays.fill(expected, -1);
    expected[2] = 0;
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(2);
    while (!queue.isEmpty()) {
      int v = queue.remove();
      for (int i = starts[v]; i < starts[v + 1]; i++) {
        if (expected[neighbours[i]] < 0) {
          expected[neighbours[i]] = expected[v] + 1;
          queue.add(neighbours[i]);
        }
      }
    }
    int[] start = new int[n];
    Arrays.fill(start, -1);
    start[2] = 0;
    TestKernels.inSomeOrders(
        build,
        "stencils",
        (device, kernels) -> {
          long levels = device.upload(start);
          long first = device.upload(starts);
          long next = device.upload(neighbours);
          long changed = device.zeros(4);
          for (int level = 0; level == 0 || device.downloadInts(changed, 1)[0] != 0; level++) {
            device.driver.check("cuMemsetD8_v2", changed, (byte) 0, 4L);
            kernels.run("search_level", Shape.cover(n, 32), levels, changed, first, next, n, level);
          }
          assertThat(device.downloadInts(levels, n)).isEqualTo(expected);
        });
  }

  @ParameterizedTest
  @EnumSource
  void gameOfLife(Build build) {
    int words = 3;
    int rows = 10;
    int width = 32 * words;
    int[] in = Numbers.ints(9, words * rows, Integer.MIN_VALUE, Integer.MAX_VALUE);
    int[] expected = new int[in.length];
    for (int i = 0; i < width * rows; i++) {
      int around = 0;
      for (int d = 0; d < 9; d++) {
        int x = (i % width + d % 3 - 1 + width) % width;
        int y = (i / width + d / 3 - 1 + rows) % rows;
        around += d == 4 ? 0 : in[y * words + x / 32] >>> x % 32 & 1;
      }
      int word = i / width * words + i % width / 32;
      boolean lives = around == 3 || (around == 2 && (in[word] >>> i % 32 & 1) != 0);
      expected[word] |= lives ? 1 << i % 32 : 0;
    }
    TestKernels.inSomeOrders(
        build,
        "stencils",
        (device, kernels) -> {
          long out = device.allocate(4L * in.length);
          kernels.run("life", Shape.cover(in.length, 32), out, device.upload(in), words, rows);
          assertThat(device.downloadInts(out, in.length)).isEqualTo(expected);
        });
  }
}
