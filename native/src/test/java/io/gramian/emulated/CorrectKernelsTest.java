package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Correct kernels pass, and give the same results, in every order of blocks and threads. */
class CorrectKernelsTest {
  private static final int SEEDS = 20;
  private static final int BLOCKS = 3;
  private static final int THREADS = 64;
  private static final int N = BLOCKS * THREADS;

  static Stream<Arguments> kernels() {
    IntToDoubleFunction mirrored = i -> i / THREADS * THREADS + THREADS - 1 - i % THREADS;
    return Stream.of(
        kernel("scale", 0, i -> 2 * i),
        kernel("shared_within_bounds", 256, mirrored),
        kernel("shared_reversal", 256, i -> mirrored.applyAsDouble(i) + 2),
        kernel("warp_exchange", 256, i -> i ^ 1),
        kernel("half_warp_exchange", 256, i -> i),
        kernel("aligned_vectors", 0, i -> i),
        kernel("async_copy", 16 * THREADS, i -> i),
        kernel("async_copy_stages", 12 * THREADS, i -> i));
  }

  private static Arguments kernel(String name, int shared, IntToDoubleFunction expected) {
    return Arguments.of(name, shared, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kernels")
  void givesItsResult(String kernel, int shared, IntToDoubleFunction expected) {
    try (TestDevice device = new TestDevice()) {
      float[] input = new float[4 * N];
      for (int i = 0; i < input.length; i++) {
        input[i] = i;
      }
      long in = device.upload(input);
      for (int seed = 0; seed < SEEDS; seed++) {
        device.seed(seed);
        device.driver.check("gramianEmulatedSetWorkers", 1 + seed % 2);
        long out = device.allocate(16 * N);
        int code = device.run(kernel, BLOCKS, THREADS, shared, device.buffers(out, in, N, 0));
        assertThat(code).as("seed %d: %s", seed, device.driver.lastFault()).isZero();
        float[] result = device.downloadFloats(out, N);
        for (int i = 0; i < N; i++) {
          assertThat(result[i]).as("element %d", i).isEqualTo((float) expected.applyAsDouble(i));
        }
      }
    }
  }

  @Test
  void barriersOfSomeWarps() {
    try (TestDevice device = new TestDevice()) {
      float[] input = new float[256];
      for (int i = 0; i < 256; i++) {
        input[i] = i;
      }
      long in = device.upload(input);
      long out = device.allocate(1024);
      for (int seed = 0; seed < SEEDS; seed++) {
        device.seed(seed);
        int code = device.run("pair_exchange", 1, 256, 1024, device.buffers(out, in, 0, 0));
        assertThat(code).as("seed %d: %s", seed, device.driver.lastFault()).isZero();
        float[] result = device.downloadFloats(out, 256);
        for (int i = 0; i < 256; i++) {
          assertThat(result[i]).as("element %d", i).isEqualTo((255 - i ^ 32) + 2);
        }
      }
    }
  }

  @Test
  void staticSharedMemory() {
    try (TestDevice device = new TestDevice()) {
      float[] input = new float[64];
      for (int i = 0; i < 64; i++) {
        input[i] = i;
      }
      long in = device.upload(input);
      long out = device.allocate(256);
      int code = device.run("static_shared_within_bounds", 2, 32, 0, device.buffers(out, in, 0, 0));
      assertThat(code).as(device.driver.lastFault()).isZero();
      float[] result = device.downloadFloats(out, 64);
      for (int i = 0; i < 64; i++) {
        assertThat(result[i]).isEqualTo(i / 32 * 32 + 31 - i % 32 + 1);
      }
    }
  }

  @Test
  void neighbouringHalfWordsDoNotRace() {
    try (TestDevice device = new TestDevice()) {
      float[] input = new float[N];
      for (int i = 0; i < N; i++) {
        input[i] = i;
      }
      long in = device.upload(input);
      long out = device.allocate(2 * N);
      for (int seed = 0; seed < SEEDS; seed++) {
        device.seed(seed);
        assertThat(device.run("half_words", BLOCKS, THREADS, 0, device.buffers(out, in, 0, 0)))
            .as(device.driver.lastFault())
            .isZero();
      }
      short[] bits = device.download(out, 2 * N).toArray(ValueLayout.JAVA_SHORT);
      for (int i = 0; i < N; i++) {
        assertThat(Float.intBitsToFloat(bits[i] << 16)).isEqualTo(i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void atomics(int workers) {
    try (TestDevice device = new TestDevice()) {
      device.driver.check("gramianEmulatedSetWorkers", workers);
      long out = device.upload(new float[4]);
      for (int seed = 0; seed < SEEDS; seed++) {
        device.seed(seed);
        device.driver.check("cuMemsetD32_v2", out, 0, 4L);
        assertThat(device.run("counts", BLOCKS, THREADS, 0, device.buffers(out, 0, 0, 0)))
            .as(device.driver.lastFault())
            .isZero();
        assertThat(device.downloadInts(out, 4)).containsExactly(N, N - 1, 2 * N, 0);
      }
    }
  }

  static Stream<Arguments> warpOperations() {
    return Stream.of(
        Arguments.of(-1, 32, 1),
        Arguments.of(-1, 32, 16),
        Arguments.of(-1, 8, 3),
        Arguments.of(-1, 16, 9),
        Arguments.of(-1, 4, 2),
        Arguments.of(0x0000ffff, 16, 5),
        Arguments.of(0xff00ff00, 8, 6));
  }

  @ParameterizedTest(name = "mask {0}, width {1}, amount {2}")
  @MethodSource("warpOperations")
  void warpOperation(int mask, int width, int amount) {
    try (TestDevice device = new TestDevice()) {
      int threads = 64;
      long out = device.allocate(40L * threads);
      MemorySegment p = device.arena.allocate(24, 8);
      p.set(ValueLayout.JAVA_LONG, 0, out);
      p.set(ValueLayout.JAVA_INT, 8, mask);
      p.set(ValueLayout.JAVA_INT, 12, width);
      p.set(ValueLayout.JAVA_INT, 16, amount);
      int code = device.run("warp_operations", 1, threads, 0, p);
      assertThat(code).as(device.driver.lastFault()).isZero();
      int[] results = device.downloadInts(out, 10 * threads);
      int ballot = 0x22222222 & mask;
      int hasNine = mask >>> 9 & 1;
      for (int i = 0; i < threads; i++) {
        int lane = i % 32;
        if ((mask >>> lane & 1) == 0) {
          continue;
        }
        int warp = i - lane;
        int first = lane / width * width;
        int up = lane - amount >= first ? lane - amount : lane;
        int down = lane + amount < first + width ? lane + amount : lane;
        int xor = (lane ^ amount) < first + width ? lane ^ amount : lane;
        assertThat(Arrays.copyOfRange(results, 10 * i, 10 * i + 10))
            .as("thread %d", i)
            .containsExactly(
                warp + first + amount % width,
                warp + up,
                warp + down,
                warp + xor,
                1,
                ballot,
                hasNine,
                1 - hasNine,
                lane,
                0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {31, 96, 1024})
  void blockVotes(int threads) {
    try (TestDevice device = new TestDevice()) {
      for (int amount : new int[] {threads - 1, threads}) {
        long out = device.allocate(12L * threads);
        MemorySegment p = device.arena.allocate(24, 8);
        p.set(ValueLayout.JAVA_LONG, 0, out);
        p.set(ValueLayout.JAVA_INT, 16, amount);
        assertThat(device.run("block_votes", 1, threads, 0, p)).isZero();
        int[] results = device.downloadInts(out, 3 * threads);
        for (int i = 0; i < threads; i++) {
          assertThat(Arrays.copyOfRange(results, 3 * i, 3 * i + 3))
              .containsExactly(
                  (threads + 2) / 3, amount == threads ? 1 : 0, amount < threads ? 1 : 0);
        }
      }
    }
  }

  /** Bits that are no number, so that what uses them shows. */
  @Test
  void freshMemoryHoldsNaNs() {
    try (TestDevice device = new TestDevice()) {
      long out = device.allocate(256);
      assertThat(device.downloadFloats(out, 64)).containsOnly(Float.NaN);
    }
  }
}
