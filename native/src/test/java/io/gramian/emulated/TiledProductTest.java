package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A tiled product of 256 threads a block, with everything that the kernels of ops use at once:
 * right, and the same to the bit for every order of threads and number of workers.
 */
class TiledProductTest {
  private static final int M = 200;
  private static final int N = 96;
  private static final int K = 72;
  private static final int SHARED = 2 * (128 + 64) * 32 * 2;

  @Test
  void isRightInEveryOrderOfThreads() {
    try (TestDevice device = new TestDevice()) {
      short[] a = numbers(1, M * K);
      short[] b = numbers(2, N * K);
      MemorySegment function = device.function(device.load("tiled_product.so"), "tiled_product");
      long c = device.allocate(4L * M * N);
      long sums = device.allocate(4L * M * (N / 32));
      MemorySegment p = device.arena.allocate(48, 8);
      p.set(ValueLayout.JAVA_LONG, 0, c);
      p.set(ValueLayout.JAVA_LONG, 8, sums);
      p.set(ValueLayout.JAVA_LONG, 16, upload(device, a));
      p.set(ValueLayout.JAVA_LONG, 24, upload(device, b));
      p.set(ValueLayout.JAVA_INT, 32, M);
      p.set(ValueLayout.JAVA_INT, 36, N);
      p.set(ValueLayout.JAVA_INT, 40, K);
      float[] first = null;
      float[] firstSums = null;
      for (int seed = 0; seed < 6; seed++) {
        device.seed(seed);
        device.driver.check("gramianEmulatedSetWorkers", 1 + seed % 3);
        device.driver.check("cuMemsetD8_v2", c, (byte) -1, 4L * M * N);
        int code = device.launch(function, 2, 2, 256, SHARED, MemorySegment.NULL, p);
        assertThat(code).isZero();
        assertThat(device.driver.call("cuCtxSynchronize")).as(device.driver.lastFault()).isZero();
        float[] product = device.downloadFloats(c, M * N);
        float[] rows = device.downloadFloats(sums, M * (N / 32));
        if (first == null) {
          compare(product, rows, a, b);
          first = product;
          firstSums = rows;
        }
        assertThat(Arrays.equals(product, first)).as("product of seed %d", seed).isTrue();
        assertThat(Arrays.equals(rows, firstSums)).as("sums of seed %d", seed).isTrue();
      }
    }
  }

  private static void compare(float[] product, float[] rows, short[] a, short[] b) {
    for (int i = 0; i < M; i++) {
      double[] sums = new double[N / 32];
      for (int j = 0; j < N; j++) {
        double expected = 0;
        for (int k = 0; k < K; k++) {
          expected += value(a[i * K + k]) * value(b[j * K + k]);
        }
        assertThat((double) product[i * N + j]).isCloseTo(expected, within(1e-5));
        sums[j / 32] += expected;
      }
      for (int j = 0; j < sums.length; j++) {
        assertThat((double) rows[i * sums.length + j]).isCloseTo(sums[j], within(1e-4));
      }
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double bound) {
    return org.assertj.core.data.Offset.offset(bound);
  }

  private static double value(short bf16) {
    return Float.intBitsToFloat(bf16 << 16);
  }

  private static short[] numbers(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    short[] bits = new short[count];
    for (int i = 0; i < count; i++) {
      bits[i] = (short) (Float.floatToRawIntBits((float) random.nextDouble(-1, 1)) >> 16);
    }
    return bits;
  }

  private static long upload(TestDevice device, short[] bits) {
    return device.upload(device.arena.allocateFrom(ValueLayout.JAVA_SHORT, bits));
  }
}
