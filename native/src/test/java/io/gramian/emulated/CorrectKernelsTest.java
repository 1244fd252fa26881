package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tensorProduct(boolean bf16) {
    try (TestDevice device = new TestDevice()) {
      Random random = new Random(3);
      float[] a = new float[256];
      float[] b = new float[128];
      float[] c = new float[128];
      short[] aBits = new short[256];
      short[] bBits = new short[128];
      fill(random, a, aBits, bf16);
      fill(random, b, bBits, bf16);
      for (int i = 0; i < c.length; i++) {
        c[i] = random.nextFloat();
      }
      long deviceC = device.upload(c);
      MemorySegment p = device.arena.allocate(32, 8);
      p.set(ValueLayout.JAVA_LONG, 0, deviceC);
      p.set(
          ValueLayout.JAVA_LONG,
          8,
          device.upload(device.arena.allocateFrom(ValueLayout.JAVA_SHORT, aBits)));
      p.set(
          ValueLayout.JAVA_LONG,
          16,
          device.upload(device.arena.allocateFrom(ValueLayout.JAVA_SHORT, bBits)));
      p.set(ValueLayout.JAVA_INT, 24, bf16 ? 1 : 0);
      int code = device.run("tensor_product", 1, 32, 768, p);
      assertThat(code).as(device.driver.lastFault()).isZero();
      float[] result = device.downloadFloats(deviceC, 128);
      for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 8; j++) {
          double sum = 0;
          for (int k = 0; k < 16; k++) {
            sum += (double) a[i * 16 + k] * b[k * 8 + j];
          }
          assertThat(result[i * 8 + j]).isEqualTo((float) (c[i * 8 + j] + sum));
        }
      }
    }
  }

  private static void fill(Random random, float[] values, short[] bits, boolean bf16) {
    for (int i = 0; i < values.length; i++) {
      // Eighths up to 8 are exact in both types.
      values[i] = (random.nextInt(129) - 64) / 8f;
      bits[i] =
          bf16 ? (short) (Float.floatToIntBits(values[i]) >>> 16) : Float.floatToFloat16(values[i]);
    }
  }

  @Test
  void conversions() {
    try (TestDevice device = new TestDevice()) {
      Random random = new Random(5);
      float[] input = new float[1000];
      for (int i = 0; i < input.length; i++) {
        input[i] = Float.intBitsToFloat(random.nextInt());
      }
      // Ties to even, overflow of f16, its subnormals, and the special values.
      float[] special = {
        0f,
        -0f,
        1.00390625f,
        1.01171875f,
        65519f,
        65520f,
        6e-8f,
        2.98e-8f,
        1e-10f,
        3.4028235e38f,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
      };
      System.arraycopy(special, 0, input, 0, special.length);
      int n = input.length;
      long bf16 = device.allocate(2 * n);
      long f16 = device.allocate(2 * n);
      long back = device.allocate(8 * n);
      MemorySegment p = device.arena.allocate(40, 8);
      p.set(ValueLayout.JAVA_LONG, 0, device.upload(input));
      p.set(ValueLayout.JAVA_LONG, 8, bf16);
      p.set(ValueLayout.JAVA_LONG, 16, f16);
      p.set(ValueLayout.JAVA_LONG, 24, back);
      p.set(ValueLayout.JAVA_INT, 32, n);
      assertThat(device.run("conversions", 4, 256, 0, p)).as(device.driver.lastFault()).isZero();
      short[] bf16Bits = device.download(bf16, 2 * n).toArray(ValueLayout.JAVA_SHORT);
      short[] f16Bits = device.download(f16, 2 * n).toArray(ValueLayout.JAVA_SHORT);
      float[] backs = device.downloadFloats(back, 2 * n);
      for (int i = 0; i < n; i++) {
        float x = input[i];
        float asHalf = Float.float16ToFloat(f16Bits[i]);
        assertThat(asHalf).as("f16 of %s", x).isEqualTo(Float.valueOf(roundToF16(x)));
        float asBf16 = Float.intBitsToFloat(bf16Bits[i] << 16);
        assertThat(asBf16).as("bf16 of %s", x).isEqualTo(Float.valueOf(roundToBf16(x)));
        assertThat(backs[2 * i]).isEqualTo(Float.valueOf(asBf16));
        assertThat(backs[2 * i + 1]).isEqualTo(Float.valueOf(asHalf));
      }
    }
  }

  private static float roundToF16(float x) {
    return Float.float16ToFloat(Float.floatToFloat16(x));
  }

  /** Rounds to 8 bits of significand by comparing the two neighbours. */
  private static float roundToBf16(float x) {
    if (Float.isNaN(x) || Float.isInfinite(x)) {
      return x;
    }
    int bits = Float.floatToRawIntBits(x);
    int below = bits & 0xffff0000;
    int rest = bits & 0xffff;
    boolean up = rest > 0x8000 || (rest == 0x8000 && (below & 0x10000) != 0);
    return Float.intBitsToFloat(up ? below + 0x10000 : below);
  }
}
