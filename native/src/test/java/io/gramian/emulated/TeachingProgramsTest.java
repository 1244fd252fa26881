package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Control flow, calls and variables of a module, in every build of the kernels. */
class TeachingProgramsTest {
  private static final int N = 100;
  private static final Shape GRID = Shape.cover(N, 64);

  // ---- control flow

  @ParameterizedTest
  @EnumSource
  void loopsOfDifferentLengths(Build build) {
    int width = 40;
    int height = 24;
    TestKernels.inSomeOrders(
        build,
        "control",
        (device, kernels) -> {
          long out = device.allocate(4L * N);
          kernels.run("collatz", GRID, out, N);
          int[] steps = device.downloadInts(out, N);
          for (int i = 0; i < N; i++) {
            int expected = 0;
            for (long x = i + 1; x != 1; x = x % 2 == 0 ? x / 2 : 3 * x + 1) {
              expected++;
            }
            assertThat(steps[i]).isEqualTo(expected);
          }
          long image = device.allocate(width * height);
          kernels.run("mandelbrot", new Shape(3, 3, 16, 8, 0), image, width, height, 30);
          byte[] pixels = device.downloadBytes(image, width * height);
          int different = 0;
          for (int i = 0; i < pixels.length; i++) {
            different += pixels[i] == mandelbrot(i % width, i / width, width, height) ? 0 : 1;
          }
          // Fused products decide otherwise near the border.
          assertThat(different).isLessThan(pixels.length / 50);
        });
  }

  private static int mandelbrot(int column, int row, int width, int height) {
    double a = -2.0 + 3.0 * column / width;
    double b = -1.5 + 3.0 * row / height;
    double x = 0;
    double y = 0;
    int i = 0;
    for (; i < 30 && x * x + y * y <= 4; i++) {
      double next = x * x - y * y + a;
      y = 2 * x * y + b;
      x = next;
    }
    return i;
  }

  private static int interpret(byte[] code, int start, int x) {
    int[] stack = new int[8];
    stack[0] = x;
    int top = 0;
    for (int at = 0; ; at++) {
      switch (code[start + at]) {
        case 0 -> {
          return stack[top];
        }
        case 1 -> stack[top]++;
        case 2 -> stack[top] *= 3;
        case 3 -> {
          stack[top + 1] = stack[top];
          top++;
        }
        case 4 -> {
          stack[top - 1] += stack[top];
          top--;
        }
        case 5 -> stack[top] = -stack[top];
        case 6 -> {
          if (stack[top] > 50) {
            return stack[top];
          }
        }
        case 7 -> {
          at = 0;
          stack[top] += 7;
        }
        case 8 -> stack[top] ^= at;
        case 9 -> stack[top] >>= 1;
        default -> {
          return -1;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void interpreters(Build build) {
    byte[] programs = {
      1, 3, 2, 4, 5, 0, 0, 0, // x + 1, its triple added, negated
      1, 6, 3, 4, 7, 0, 0, 0, // until it is large
      8, 2, 9, 8, 3, 3, 4, 0, //
      2, 1, 11, 0, 0, 0, 0, 0 // no such operation
    };
    TestKernels.inSomeOrders(
        build,
        "control",
        (device, kernels) -> {
          long out = device.allocate(4L * N);
          kernels.run("interpreters", GRID, out, device.upload(programs), 8, N);
          assertThat(device.downloadInts(out, N))
              .isEqualTo(
                  IntStream.range(0, N).map(i -> interpret(programs, i % 4 * 8, i)).toArray());
        });
  }

  @ParameterizedTest
  @EnumSource
  void searches(Build build) {
    float[] sorted = Numbers.floats(1, 77);
    Arrays.sort(sorted);
    float[] keys = Numbers.floats(2, N);
    int width = 16;
    float[] spheres = Numbers.floats(3, 4 * 6);
    for (int s = 0; s < 6; s++) {
      spheres[4 * s] = 8 + 8 * spheres[4 * s];
      spheres[4 * s + 1] = 4 + 4 * spheres[4 * s + 1];
      spheres[4 * s + 2] = 10 * s;
      spheres[4 * s + 3] = 3;
    }
    TestKernels.inSomeOrders(
        build,
        "control",
        (device, kernels) -> {
          long out = device.allocate(4L * 128);
          kernels.run(
              "search_sorted", GRID, out, device.upload(sorted), 77, device.upload(keys), N);
          int[] places = device.downloadInts(out, N);
          for (int i = 0; i < N; i++) {
            int at = Arrays.binarySearch(sorted, keys[i]);
            assertThat(places[i]).isEqualTo(at < 0 ? -at - 1 : at);
          }
          kernels.run("rays", Shape.of(2, 64), out, device.upload(spheres), 6, width);
          int[] nearest = device.downloadInts(out, 128);
          for (int i = 0; i < 128; i++) {
            assertThat(nearest[i]).isEqualTo(nearest(spheres, i % width, i / width));
          }
        });
  }

  /** The spheres do not reach into each other along z. */
  private static int nearest(float[] spheres, int x, int y) {
    for (int s = 0; s < 6; s++) {
      double dx = x - spheres[4 * s];
      double dy = y - spheres[4 * s + 1];
      if (dx * dx + dy * dy <= 9) {
        return s;
      }
    }
    return -1;
  }

  @ParameterizedTest
  @EnumSource
  void votesOfLanes(Build build) {
    int[] turns = Numbers.ints(4, 32, 0, 9);
    int[] keys = Numbers.ints(5, 32, 0, 6);
    TestKernels.inSomeOrders(
        build,
        "control",
        (device, kernels) -> {
          long out = device.allocate(128);
          kernels.run("votes_in_a_loop", Shape.of(1, 32), out, device.upload(turns));
          int[] votes = device.downloadInts(out, 32);
          for (int lane = 0; lane < 32; lane++) {
            int all = 0;
            for (int i = 0; i < turns[lane]; i++) {
              int turn = i;
              all += (int) Arrays.stream(turns).filter(t -> t > turn).count();
            }
            assertThat(votes[lane]).isEqualTo(all);
          }
          kernels.run("elections", Shape.of(1, 32), out, device.upload(keys));
          assertThat(device.downloadInts(out, 32))
              .containsOnly((int) Arrays.stream(keys).distinct().count());
        });
  }

  // ---- calls

  @ParameterizedTest
  @EnumSource
  void callsWithStructures(Build build) {
    int[] small = Numbers.ints(6, 9 * N, -2, 3);
    float[] matrices = new float[small.length];
    for (int i = 0; i < small.length; i++) {
      matrices[i] = small[i];
    }
    TestKernels.inSomeOrders(
        build,
        "functions",
        (device, kernels) -> {
          long powers = device.allocate(16L * N);
          kernels.run("powers", GRID, powers, N);
          double[] numbers = device.downloadDoubles(powers, 2 * N);
          for (int i = 0; i < N; i++) {
            double angle = i * Math.atan2(0.6, 0.8);
            assertThat(Math.abs(numbers[2 * i] - Math.cos(angle))).isLessThan(1e-13);
            assertThat(Math.abs(numbers[2 * i + 1] - Math.sin(angle))).isLessThan(1e-13);
          }
          long squares = device.allocate(4L * matrices.length);
          kernels.run("squares_of_matrices", GRID, squares, device.upload(matrices), N);
          float[] results = device.downloadFloats(squares, matrices.length);
          for (int i = 0; i < N; i++) {
            float[] m = Arrays.copyOfRange(matrices, 9 * i, 9 * i + 9);
            assertThat(Arrays.copyOfRange(results, 9 * i, 9 * i + 9)).isEqualTo(square(square(m)));
          }
        });
  }

  private static float[] square(float[] m) {
    float[] r = new float[9];
    for (int i = 0; i < 9; i++) {
      for (int k = 0; k < 3; k++) {
        r[i] += m[i / 3 * 3 + k] * m[3 * k + i % 3];
      }
    }
    return r;
  }

  @ParameterizedTest
  @EnumSource
  void sortsInLocalMemory(Build build) {
    int[] values = Numbers.ints(7, 8 * 64, -99, 99);
    int[] expected = values.clone();
    for (int i = 0; i < 64; i++) {
      Arrays.sort(expected, 8 * i, 8 * i + 8);
    }
    TestKernels.inSomeOrders(
        build,
        "functions",
        (device, kernels) -> {
          long out = device.allocate(4L * values.length);
          kernels.run("sort_locally", Shape.of(2, 32), out, device.upload(values));
          assertThat(device.downloadInts(out, values.length)).isEqualTo(expected);
        });
  }

  @ParameterizedTest
  @EnumSource
  void largeParameters(Build build) {
    float[] p = Numbers.floats(8, 20);
    float[] q = Numbers.floats(9, 3);
    float[] in = Numbers.floats(10, N);
    TestKernels.inSomeOrders(
        build,
        "functions",
        (device, kernels) -> {
          long out = device.allocate(4L * N);
          MemorySegment first = device.arena.allocateFrom(ValueLayout.JAVA_FLOAT, p);
          MemorySegment second = device.arena.allocateFrom(ValueLayout.JAVA_FLOAT, q);
          kernels.run("evaluate", GRID, out, device.upload(in), N, first, second, 13);
          Numbers.assertClose(
              device.downloadFloats(out, N), i -> at(p, in[i]) + at(q, in[i]) + p[13], 1e-5);
        });
  }

  private static double at(float[] coefficients, double x) {
    double y = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      y = y * x + coefficients[i];
    }
    return y;
  }

  @ParameterizedTest
  @EnumSource
  void printsAndAsserts(Build build) {
    TestKernels.inSomeOrders(
        build,
        "functions",
        (device, kernels) -> {
          kernels.run("prints", Shape.of(1, 32), 3);
          long out = device.allocate(4L * 64);
          kernels.run("asserts_what_holds", Shape.of(2, 32), out, 5);
          assertThat(device.downloadInts(out, 64)).isEqualTo(IntStream.range(0, 64).toArray());
        });
  }

  @ParameterizedTest
  @EnumSource
  void callsByPointer(Build build) {
    int[] in = Numbers.ints(11, N, -50, 50);
    TestKernels.inSomeOrders(
        build,
        "pointers",
        (device, kernels) -> {
          long out = device.allocate(4L * N);
          kernels.run("calls_by_pointer", GRID, out, device.upload(in), N);
          int[] results = device.downloadInts(out, N);
          kernels.run("virtual_calls", GRID, out, N);
          float[] areas = device.downloadFloats(out, N);
          for (int i = 0; i < N; i++) {
            assertThat(results[i])
                .isEqualTo(
                    switch (i % 4) {
                      case 0 -> in[i] + i;
                      case 1 -> in[i] - i;
                      case 2 -> in[i] * i;
                      default -> Math.max(in[i], i);
                    });
            assertThat(areas[i]).isEqualTo(i % 3 == 0 ? 6f * i * i : 4f * i);
          }
        });
  }

  // ---- variables

  @ParameterizedTest
  @EnumSource
  void variablesOfTheModule(Build build) {
    float[] in = Numbers.floats(12, N);
    TestKernels.inSomeOrders(
        build,
        "variables",
        (device, kernels) -> {
          long out = device.allocate(2048);
          kernels.run("filter", GRID, out, device.upload(in), N);
          double[] weights = {0.0625, 0.25, 0.375, 0.25, 0.0625};
          Numbers.assertClose(
              device.downloadFloats(out, N),
              i ->
                  IntStream.rangeClosed(-2, 2)
                      .mapToDouble(j -> weights[j + 2] * in[Math.clamp(i + j, 0, N - 1)])
                      .sum(),
              1e-6);
          MemorySegment settings = device.arena.allocateFrom(ValueLayout.JAVA_INT, 3, 1, 4, 1);
          device.driver.check("cuMemcpyHtoD_v2", kernels.variable("kSettings"), settings, 16L);
          kernels.run("settings", Shape.of(1, 8), out);
          assertThat(device.downloadInts(out, 8)).containsExactly(30, 10, 40, 10, 30, 10, 40, 10);
          kernels.run("records", Shape.of(1, 2), out);
          assertThat(device.downloadDoubles(out, 8))
              .containsExactly(1, -2, 3.5, 0, 4, 5, -6.25, 'e');
          for (int launch = 0; launch < 3; launch++) {
            kernels.run("count_launches", Shape.of(1, 32), out);
            assertThat(device.downloadInts(out, 1)).containsExactly(5 + launch);
          }
          kernels.run("read_table", Shape.of(1, 12), out);
          assertThat(device.downloadInts(out, 12))
              .isEqualTo(IntStream.range(0, 12).map(i -> i + 1 + 7 + i % 3).toArray());
          kernels.run("keep_pointer", Shape.of(1, 1), out);
          kernels.run("use_pointer", Shape.of(1, 40));
          assertThat(device.downloadFloats(out, 40)[39]).isEqualTo(39);
        });
  }

  @ParameterizedTest
  @EnumSource
  void kindsOfMemory(Build build) {
    int[] in = Numbers.ints(13, 64, 0, 1 << 30);
    TestKernels.inSomeOrders(
        build,
        "variables",
        (device, kernels) -> {
          long bytes = device.allocate(256);
          long shorts = device.allocate(512);
          long longs = device.allocate(2048);
          long pairs = device.allocate(2048);
          kernels.run("kinds_of_memory", Shape.of(1, 256), bytes, shorts, longs, pairs, 256);
          byte[] b = device.downloadBytes(bytes, 256);
          short[] s = device.downloadShorts(shorts, 256);
          long[] l = device.downloadLongs(longs, 256);
          double[] d = device.downloadDoubles(pairs, 256);
          for (int t = 0; t < 256; t++) {
            int other = 255 - t;
            assertThat(b[t]).isEqualTo((byte) (3 * other + 1));
            assertThat(s[t]).isEqualTo((short) (-7 * other + 1));
            assertThat(l[t]).isEqualTo((byte) (3 * other) * (1L << 33));
            assertThat(d[t]).isEqualTo((t % 2 == 0 ? 1 : -1) * (double) (127 - t / 2));
          }
          long out = device.allocate(256);
          kernels.run("digits", Shape.of(2, 32), out, device.upload(in));
          assertThat(device.downloadInts(out, 64))
              .isEqualTo(Arrays.stream(in).map(TeachingProgramsTest::mostFrequentDigit).toArray());
        });
  }

  private static int mostFrequentDigit(int x) {
    int[] counts = new int[10];
    for (int rest = x; rest != 0; rest /= 10) {
      counts[rest % 10]++;
    }
    int most = 0;
    for (int d = 1; d < 10; d++) {
      most = counts[d] > counts[most] ? d : most;
    }
    return most;
  }

  @ParameterizedTest
  @EnumSource
  void hintsOnCaching(Build build) {
    float[] in = Numbers.wholeFloats(14, 64);
    TestKernels.inSomeOrders(
        build,
        "variables",
        (device, kernels) -> {
          long out = device.allocate(4L * 256);
          kernels.run("hints", Shape.of(2, 32), out, device.upload(in));
          float[] results = device.downloadFloats(out, 256);
          for (int i = 0; i < 64; i++) {
            assertThat(Arrays.copyOfRange(results, 4 * i, 4 * i + 4))
                .containsExactly(2 * in[i], 2 * in[i], in[i], in[i / 4 * 4] + in[i / 4 * 4 + 3]);
          }
        });
  }
}
