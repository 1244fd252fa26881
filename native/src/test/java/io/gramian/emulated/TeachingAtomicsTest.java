package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Atomic operations, whose sum does not depend on the order, in every build of the kernels. */
class TeachingAtomicsTest {
  private static final int BLOCKS = 2;
  private static final int THREADS = 64;
  private static final int N = BLOCKS * THREADS;
  private static final Shape GRID = Shape.of(BLOCKS, THREADS);
  private static final int BYTES = 120;

  /** The structure after threads from {@code first} on have taken part, from nothing. */
  private static MemorySegment sums(TestDevice device, int first, int last) {
    MemorySegment s = device.arena.allocate(BYTES, 8);
    int[] words = new int[12];
    words[6] = -1;
    long[] longs = new long[8];
    longs[1] = Long.MAX_VALUE;
    longs[5] = -1;
    float floats = 0;
    double doubles = 0;
    words[4] = Integer.MAX_VALUE;
    for (int i = first; i < last; i++) {
      words[0] += i - 5;
      words[1] -= i;
      words[2] = Math.min(words[2], 7 - i);
      words[3] = Math.max(words[3], i - 7);
      words[4] = Math.min(words[4], i + 3);
      words[5] = Math.max(words[5], i + 3);
      words[6] &= ~(1 << i % 31);
      words[7] |= 1 << i % 13;
      words[8] ^= 1 << i % 32;
      words[9] = words[9] >= 99 ? 0 : words[9] + 1;
      words[10] = words[10] == 0 || words[10] > 99 ? 99 : words[10] - 1;
      floats += 0.5f * i;
      longs[0] += (long) i << 30;
      longs[1] = Math.min(longs[1], i + (1L << 40));
      longs[2] = Math.max(longs[2], i + (1L << 40));
      longs[3] = Math.min(longs[3], -((long) i << 33));
      longs[4] = Math.max(longs[4], ((long) i << 33) - 1);
      longs[5] &= ~(1L << i % 61);
      longs[6] |= 1L << i % 47;
      longs[7] ^= 1L << i % 64;
      doubles += 0.25 * i;
    }
    words[11] = Float.floatToRawIntBits(floats);
    MemorySegment.copy(words, 0, s, ValueLayout.JAVA_INT, 0, 12);
    MemorySegment.copy(longs, 0, s, ValueLayout.JAVA_LONG, 48, 8);
    s.set(ValueLayout.JAVA_DOUBLE, 112, doubles);
    return s;
  }

  @ParameterizedTest
  @EnumSource
  void ofAllTypes(Build build) {
    TestKernels.inSomeOrders(
        build,
        "atomics",
        (device, kernels) -> {
          long global = device.upload(sums(device, 0, 0));
          kernels.run("atomics_in_global_memory", GRID, global);
          assertThat(device.downloadBytes(global, BYTES))
              .isEqualTo(sums(device, 0, N).toArray(ValueLayout.JAVA_BYTE));
          MemorySegment two = device.arena.allocate(BLOCKS * BYTES, 8);
          for (int b = 0; b < BLOCKS; b++) {
            two.asSlice(b * BYTES, BYTES).copyFrom(sums(device, 0, 0));
          }
          long ofBlocks = device.upload(two);
          kernels.run("atomics_in_shared_memory", GRID, ofBlocks);
          for (int b = 0; b < BLOCKS; b++) {
            assertThat(device.downloadBytes(ofBlocks + b * BYTES, BYTES))
                .isEqualTo(
                    sums(device, b * THREADS, (b + 1) * THREADS).toArray(ValueLayout.JAVA_BYTE));
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void byGenericPointersAndScopes(Build build) {
    TestKernels.inSomeOrders(
        build,
        "atomics",
        (device, kernels) -> {
          long out = device.zeros(8);
          kernels.run("atomics_by_generic_pointers", GRID, out);
          assertThat(device.downloadInts(out, 2)).containsExactly(N / 2, N / 2);
          long scopes = device.zeros(4 * (1 + BLOCKS));
          kernels.run("atomics_of_scopes", GRID, scopes);
          assertThat(device.downloadInts(scopes, 3)).containsExactly(N, THREADS, THREADS);
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatTheyGiveBack(Build build) {
    TestKernels.inSomeOrders(
        build,
        "atomics",
        (device, kernels) -> {
          long taken = device.allocate(4 * N);
          kernels.run("tickets", GRID, taken, device.zeros(4));
          assertThat(device.downloadInts(taken, N))
              .containsExactlyInAnyOrder(IntStream.range(0, N).toArray());
          long pairs = device.zeros(4);
          long exchanged = device.zeros(4 * (1 + N));
          kernels.run("atomics_of_halves", GRID, pairs, exchanged);
          int both = device.downloadInts(pairs, 1)[0];
          assertThat(Float.float16ToFloat((short) both)).isEqualTo(0.5f * N);
          assertThat(Float.float16ToFloat((short) (both >> 16))).isEqualTo(N);
          List<Float> expected = new ArrayList<>(List.of(0f));
          for (int i = 0; i < N; i++) {
            expected.add(1f + i % THREADS);
          }
          List<Float> given = new ArrayList<>();
          for (float value : device.downloadFloats(exchanged, 1 + N)) {
            given.add(value);
          }
          assertThat(given).containsExactlyInAnyOrderElementsOf(expected);
        });
  }

  @ParameterizedTest
  @EnumSource
  void compareAndSwap(Build build) {
    long expected = 1;
    for (int i = 0; i < N; i++) {
      expected = expected * (i + 2) % 65521;
    }
    int product = (int) expected;
    TestKernels.inSomeOrders(
        build,
        "atomics",
        (device, kernels) -> {
          long one = device.upload(1);
          kernels.run("product_by_compare_and_swap", GRID, one);
          assertThat(device.downloadInts(one, 1)).containsExactly(product);
          long sum = device.zeros(8);
          long half = device.zeros(4);
          kernels.run("compare_and_swap_of_other_widths", GRID, sum, half);
          assertThat(device.downloadDoubles(sum, 1)).containsExactly(1.5 * N);
          assertThat(device.downloadShorts(half, 2)).containsExactly((short) (3 * N), (short) 0);
        });
  }

  @ParameterizedTest
  @EnumSource
  void locks(Build build) {
    TestKernels.inSomeOrders(
        build,
        "atomics",
        (device, kernels) -> {
          long count = device.zeros(4);
          kernels.run("section_under_a_lock", GRID, device.zeros(4), count);
          assertThat(device.downloadInts(count, 1)).containsExactly(N / 32);
        });
  }
}
