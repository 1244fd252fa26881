package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Work of a stream runs at a synchronisation and not before. */
class StreamsTest {
  private static final int N = 64;
  private static final int NON_BLOCKING = 1;
  private static final MemorySegment PER_THREAD = MemorySegment.ofAddress(2);

  private static MemorySegment stream(TestDevice device, int flags) {
    MemorySegment out = device.pointer();
    device.driver.check("cuStreamCreate", out, flags);
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private static MemorySegment event(TestDevice device) {
    MemorySegment out = device.pointer();
    device.driver.check("cuEventCreate", out, 0);
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private static float[] ones() {
    float[] ones = new float[N];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /** Enqueues out = 2 in. */
  private static void scale(TestDevice device, MemorySegment stream, long out, long in) {
    int code = device.launch("scale", 1, N, 0, stream, device.buffers(out, in, N, 0));
    assertThat(code).isZero();
  }

  @Test
  void missingWaitOnNonBlockingStreamShows() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = stream(device, NON_BLOCKING);
      long in = device.upload(ones());
      long out = device.allocate(4 * N);
      scale(device, stream, out, in);
      assertThat(device.downloadFloats(out, N)).containsOnly(Float.NaN);
      device.driver.check("cuStreamSynchronize", stream);
      assertThat(device.downloadFloats(out, N)).containsOnly(2f);
    }
  }

  @Test
  void blockingStreamsAndTheLegacyStreamWaitForEachOther() {
    try (TestDevice device = new TestDevice()) {
      for (MemorySegment stream : new MemorySegment[] {stream(device, 0), PER_THREAD}) {
        long in = device.upload(ones());
        long out = device.allocate(4 * N);
        scale(device, stream, out, in);
        scale(device, MemorySegment.NULL, in, out);
        scale(device, stream, out, in);
        assertThat(device.downloadFloats(out, N)).containsOnly(8f);
      }
    }
  }

  @Test
  void asynchronousCopiesTouchHostMemoryWhenTheyRun() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = stream(device, NON_BLOCKING);
      long in = device.allocate(4 * N);
      MemorySegment host = device.arena.allocateFrom(ValueLayout.JAVA_FLOAT, ones());
      MemorySegment result = device.arena.allocate(4 * N);
      device.driver.check("cuMemcpyHtoDAsync_v2", in, host, 4L * N, stream);
      scale(device, stream, in, in);
      device.driver.check("cuMemcpyDtoHAsync_v2", result, in, 4L * N, stream);
      host.setAtIndex(ValueLayout.JAVA_FLOAT, 3, 5f);
      assertThat(result.getAtIndex(ValueLayout.JAVA_FLOAT, 3)).isZero();
      device.driver.check("cuCtxSynchronize");
      assertThat(result.getAtIndex(ValueLayout.JAVA_FLOAT, 3)).isEqualTo(10f);
      assertThat(result.getAtIndex(ValueLayout.JAVA_FLOAT, 4)).isEqualTo(2f);
    }
  }

  @Test
  void waitForAnEventOrdersStreams() {
    for (long seed = 0; seed < 20; seed++) {
      try (TestDevice device = new TestDevice()) {
        device.seed(seed);
        MemorySegment first = stream(device, NON_BLOCKING);
        MemorySegment second = stream(device, NON_BLOCKING);
        MemorySegment event = event(device);
        long a = device.upload(ones());
        long b = device.allocate(4 * N);
        long c = device.allocate(4 * N);
        scale(device, first, b, a);
        device.driver.check("cuEventRecord", event, first);
        scale(device, first, b, b);
        device.driver.check("cuStreamWaitEvent", second, event, 0);
        scale(device, second, c, b);
        device.driver.check("cuCtxSynchronize");
        // The second scaling of b is ordered neither before nor after the one to c.
        assertThat(device.downloadFloats(c, N)[0]).isIn(4f, 8f);
        assertThat(device.downloadFloats(b, N)).containsOnly(4f);
      }
    }
  }

  @Test
  void queriesNeverClaimWorkThatHasNotRun() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = stream(device, NON_BLOCKING);
      MemorySegment event = event(device);
      long in = device.upload(ones());
      long out = device.allocate(4 * N);
      assertThat(device.driver.call("cuStreamQuery", stream)).isZero();
      assertThat(device.driver.call("cuEventQuery", event)).isZero();
      scale(device, stream, out, in);
      device.driver.check("cuEventRecord", event, stream);
      assertThat(device.driver.call("cuEventQuery", event)).isEqualTo(Driver.NOT_READY);
      int polls = 0;
      while (device.driver.call("cuStreamQuery", stream) == Driver.NOT_READY) {
        assertThat(++polls).isLessThan(10);
      }
      assertThat(device.driver.call("cuEventQuery", event)).isZero();
      assertThat(device.downloadFloats(out, N)).containsOnly(2f);
    }
  }

  @Test
  void elapsedTimeOfEvents() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment start = event(device);
      MemorySegment end = event(device);
      MemorySegment time = device.arena.allocate(4);
      assertThat(device.driver.call("cuEventElapsedTime", time, start, end))
          .isEqualTo(Driver.INVALID_HANDLE);
      device.driver.check("cuEventRecord", start, MemorySegment.NULL);
      scale(device, MemorySegment.NULL, device.allocate(4 * N), device.upload(ones()));
      device.driver.check("cuEventRecord", end, MemorySegment.NULL);
      assertThat(device.driver.call("cuEventElapsedTime", time, start, end))
          .isEqualTo(Driver.NOT_READY);
      device.driver.check("cuEventSynchronize", end);
      device.driver.check("cuEventElapsedTime", time, start, end);
      assertThat(time.get(ValueLayout.JAVA_FLOAT, 0)).isPositive();
    }
  }

  @Test
  void freeWhileWorkWaitsIsUseAfterFree() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(ones());
      long out = device.allocate(4 * N);
      scale(device, MemorySegment.NULL, out, in);
      device.driver.check("cuMemFree_v2", in);
      assertThat(device.driver.call("cuCtxSynchronize")).isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(device.driver.lastFault()).contains("kernel scale").contains("freed)");
    }
  }

  @Test
  void freeInTheStreamsOrder() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = stream(device, NON_BLOCKING);
      long in = device.upload(ones());
      long out = device.allocate(4 * N);
      scale(device, stream, out, in);
      device.driver.check("cuMemFreeAsync", in, stream);
      device.driver.check("cuStreamSynchronize", stream);
      assertThat(device.downloadFloats(out, N)).containsOnly(2f);
      assertThat(device.driver.call("cuMemFree_v2", in)).isEqualTo(Driver.INVALID_VALUE);
    }
  }

  @Test
  void aDestroyedStreamStillDoesItsWork() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = stream(device, NON_BLOCKING);
      long in = device.upload(ones());
      long out = device.allocate(4 * N);
      scale(device, stream, out, in);
      device.driver.check("cuStreamDestroy_v2", stream);
      assertThat(device.driver.call("cuStreamSynchronize", stream))
          .isEqualTo(Driver.INVALID_HANDLE);
      device.driver.check("cuCtxSynchronize");
      assertThat(device.downloadFloats(out, N)).containsOnly(2f);
    }
  }

  @Test
  void fillsOfEachWidth() {
    try (TestDevice device = new TestDevice()) {
      long p = device.allocate(16);
      device.driver.check("cuMemsetD8_v2", p, (byte) 1, 16L);
      device.driver.check("cuMemsetD16_v2", p + 4, (short) 0x0302, 2L);
      device.driver.check("cuMemsetD32Async", p + 8, 0x07060504, 1L, MemorySegment.NULL);
      assertThat(device.downloadInts(p, 4))
          .containsExactly(0x01010101, 0x03020302, 0x07060504, 0x01010101);
      assertThat(device.driver.call("cuMemsetD32_v2", p + 2, 0, 1L))
          .isEqualTo(Driver.INVALID_VALUE);
    }
  }
}
