package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reductions, prefix sums and sorts, in every build of the kernels and some orders of threads. */
class TeachingSumsTest {
  private static final int N = 1000;
  private static final int THREADS = 128;
  private static final Shape GRID = Shape.cover(N, THREADS);
  private static final float[] IN = Numbers.wholeFloats(1, N);
  private static final int[] INTS = Numbers.ints(2, N, -500, 500);

  private static float sum(int from, int to) {
    float sum = 0;
    for (int i = from; i < Math.min(to, N); i++) {
      sum += IN[i];
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource
  void sums(Build build) {
    TestKernels.inSomeOrders(
        build,
        "reductions",
        (device, kernels) -> {
          long in = device.upload(IN);
          long out = device.allocate(4L * GRID.columns());
          kernels.run("sum_by_a_tree", GRID.withShared(4 * THREADS), out, in, N);
          float[] sums = device.downloadFloats(out, GRID.columns());
          for (int b = 0; b < sums.length; b++) {
            assertThat(sums[b]).isEqualTo(sum(b * THREADS, (b + 1) * THREADS));
          }
          kernels.run("sum_by_shuffles", Shape.of(3, THREADS), out, in, N);
          float total = 0;
          for (float part : device.downloadFloats(out, 3)) {
            total += part;
          }
          assertThat(total).isEqualTo(sum(0, N));
          long parts = device.allocate(4L * GRID.columns());
          for (int launch = 0; launch < 2; launch++) {
            kernels.run("sum_in_one_launch", GRID, out, parts, in, N);
            assertThat(device.downloadFloats(out, 1)).containsExactly(sum(0, N));
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void argmax(Build build) {
    int first = 0;
    for (int i = 0; i < N; i++) {
      first = IN[i] > IN[first] ? i : first;
    }
    int expected = first;
    TestKernels.inSomeOrders(
        build,
        "reductions",
        (device, kernels) -> {
          long out = device.allocate(4);
          kernels.run("argmax", Shape.of(1, THREADS), out, device.upload(IN), N);
          assertThat(device.downloadInts(out, 1)).containsExactly(expected);
        });
  }

  @ParameterizedTest
  @EnumSource
  void reductionsOfWarps(Build build) {
    TestKernels.inSomeOrders(
        build,
        "reductions",
        (device, kernels) -> {
          int warps = 4 * GRID.columns();
          long out = device.allocate(24L * warps);
          kernels.run("reductions_of_warps", GRID, out, device.upload(INTS), N);
          int[] results = device.downloadInts(out, 6 * warps);
          for (int w = 0; w < warps; w++) {
            int warp = w;
            int[] values =
                IntStream.range(0, 32)
                    .map(i -> 32 * warp + i)
                    .map(i -> i < N ? INTS[i] : 0)
                    .toArray();
            assertThat(Arrays.copyOfRange(results, 6 * w, 6 * w + 6))
                .containsExactly(
                    Arrays.stream(values).sum(),
                    Arrays.stream(values).min().orElseThrow(),
                    Arrays.stream(values).max().orElseThrow(),
                    Arrays.stream(values).reduce(-1, (a, b) -> a & b),
                    Arrays.stream(values).reduce(0, (a, b) -> a | b),
                    Arrays.stream(values).reduce(0, (a, b) -> a ^ b));
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void counts(Build build) {
    int[] keys = Numbers.ints(3, N, 0, 7);
    byte[] text = new byte[N];
    int above = 0;
    int[] bins = new int[256];
    for (int i = 0; i < N; i++) {
      above += IN[i] > 10 ? 1 : 0;
      bins[keys[i]]++;
      text[i] = (byte) keys[i];
    }
    int expected = above;
    TestKernels.inSomeOrders(
        build,
        "reductions",
        (device, kernels) -> {
          long count = device.zeros(4);
          kernels.run("count_above", GRID, count, device.upload(IN), N, 10f);
          assertThat(device.downloadInts(count, 1)).containsExactly(expected);
          long matched = device.zeros(1024);
          kernels.run("histogram_by_matches", GRID, matched, device.upload(keys), N);
          assertThat(device.downloadInts(matched, 256)).isEqualTo(bins);
          long shared = device.zeros(1024);
          Shape two = Shape.of(2, THREADS);
          kernels.run("histogram_in_shared_memory", two, shared, device.upload(text), N);
          assertThat(device.downloadInts(shared, 256)).isEqualTo(bins);
        });
  }

  private static int[] inclusive(int[] values, int count) {
    int[] sums = Arrays.copyOf(values, count);
    Arrays.parallelPrefix(sums, Integer::sum);
    return sums;
  }

  @ParameterizedTest
  @EnumSource
  void prefixSums(Build build) {
    int[] progress = new int[3 * GRID.columns()];
    TestKernels.inSomeOrders(
        build,
        "scans",
        (device, kernels) -> {
          long in = device.upload(INTS);
          long out = device.allocate(4L * N);
          Shape one = Shape.of(1, THREADS);
          kernels.run("scan_hillis_steele", one.withShared(8 * THREADS), out, in, THREADS);
          assertThat(device.downloadInts(out, THREADS)).isEqualTo(inclusive(INTS, THREADS));
          int twice = 2 * THREADS;
          kernels.run("scan_blelloch", one.withShared(4 * twice), out, in, twice);
          int[] exclusive = new int[twice];
          System.arraycopy(inclusive(INTS, twice), 0, exclusive, 1, twice - 1);
          assertThat(device.downloadInts(out, twice)).isEqualTo(exclusive);
          kernels.run("scan_in_one_launch", GRID, out, device.upload(progress), in, N);
          assertThat(device.downloadInts(out, N)).isEqualTo(inclusive(INTS, N));
        });
  }

  @ParameterizedTest
  @EnumSource
  void filtersAndSorts(Build build) {
    int[] even = Arrays.stream(INTS).filter(i -> i % 2 == 0).toArray();
    TestKernels.inSomeOrders(
        build,
        "scans",
        (device, kernels) -> {
          long in = device.upload(INTS);
          long out = device.allocate(4L * N);
          long count = device.allocate(4);
          Shape one = Shape.of(1, THREADS);
          kernels.run("keep_even", one, out, count, in, N);
          assertThat(device.downloadInts(count, 1)).containsExactly(even.length);
          assertThat(device.downloadInts(out, even.length)).isEqualTo(even);
          kernels.run("sort_bitonic", one.withShared(8 * THREADS), out, in);
          int[] sorted = Arrays.copyOf(INTS, 2 * THREADS);
          Arrays.sort(sorted);
          assertThat(device.downloadInts(out, 2 * THREADS)).isEqualTo(sorted);
          kernels.run("sort_radix", one.withShared(4 * THREADS), out, in);
          int[] unsigned =
              Arrays.stream(INTS, 0, THREADS)
                  .boxed()
                  .sorted(Integer::compareUnsigned)
                  .mapToInt(i -> i)
                  .toArray();
          assertThat(device.downloadInts(out, THREADS)).isEqualTo(unsigned);
        });
  }
}
