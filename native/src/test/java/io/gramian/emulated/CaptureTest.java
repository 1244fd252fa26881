package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work of a stream under capture is recorded into a graph, and runs when the graph does. */
class CaptureTest {
  private static final int N = 64;
  private static final int GLOBAL = 0;
  private static final int RELAXED = 2;
  private static final int BLOCKING = 0;
  private static final int NON_BLOCKING = 1;
  private static final int ACTIVE = 1;
  private static final int INVALIDATED = 2;

  private static MemorySegment stream(TestDevice device, int flags) {
    MemorySegment out = device.pointer();
    device.driver.check("cuStreamCreate", out, flags);
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private static MemorySegment begin(TestDevice device, int flags, int mode) {
    MemorySegment stream = stream(device, flags);
    device.driver.check("cuStreamBeginCapture_v2", stream, mode);
    return stream;
  }

  private static MemorySegment end(TestDevice device, MemorySegment stream) {
    MemorySegment out = device.pointer();
    device.driver.check("cuStreamEndCapture", stream, out);
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private static MemorySegment instantiate(TestDevice device, MemorySegment graph) {
    MemorySegment out = device.pointer();
    device.driver.check("cuGraphInstantiateWithFlags", out, graph, 0L);
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private static int status(TestDevice device, MemorySegment stream) {
    MemorySegment out = device.arena.allocate(ValueLayout.JAVA_INT);
    device.driver.check("cuStreamIsCapturing", stream, out);
    return out.get(ValueLayout.JAVA_INT, 0);
  }

  private static float[] ones() {
    float[] ones = new float[N];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /** The capture has ended in failure: there is no graph. */
  private static void assertInvalidated(TestDevice device, MemorySegment stream) {
    assertThat(status(device, stream)).isEqualTo(INVALIDATED);
    assertThat(device.launch("scale", 1, N, 0, stream, device.buffers(0, 0, 0, 0)))
        .isEqualTo(Driver.STREAM_CAPTURE_INVALIDATED);
    MemorySegment out = device.pointer();
    assertThat(device.driver.call("cuStreamEndCapture", stream, out))
        .isEqualTo(Driver.STREAM_CAPTURE_INVALIDATED);
    assertThat(out.get(ValueLayout.ADDRESS, 0).address()).isZero();
    assertThat(status(device, stream)).isZero();
  }

  @Test
  void recordsWithTheParametersOfTheMoment() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(ones());
      long out = device.allocate(4 * N);
      MemorySegment result = device.arena.allocate(4 * N);
      MemorySegment stream = begin(device, NON_BLOCKING, GLOBAL);
      assertThat(status(device, stream)).isEqualTo(ACTIVE);
      device.driver.check("cuMemsetD8Async", out, (byte) 0, 4L * N, stream);
      MemorySegment parameters = device.buffers(out, in, N, 0);
      assertThat(device.launch("scale", 1, N, 0, stream, parameters)).isZero();
      parameters.fill((byte) 0);
      device.driver.check("cuMemcpyDtoDAsync_v2", in, out, 4L * N, stream);
      device.driver.check("cuMemcpyDtoHAsync_v2", result, out, 4L * N, stream);
      MemorySegment graph = end(device, stream);
      MemorySegment count = device.pointer();
      device.driver.check("cuGraphGetNodes", graph, MemorySegment.NULL, count);
      assertThat(count.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(4);
      device.driver.check("cuCtxSynchronize");
      assertThat(device.downloadFloats(out, N)).as("nothing ran").containsOnly(Float.NaN);

      MemorySegment exec = instantiate(device, graph);
      device.driver.check("cuGraphDestroy", graph);
      for (float expected = 2; expected <= 8; expected *= 2) {
        device.driver.check("cuGraphLaunch", exec, stream);
        device.driver.check("cuStreamSynchronize", stream);
        assertThat(result.toArray(ValueLayout.JAVA_FLOAT)).containsOnly(expected);
      }
      device.driver.check("cuGraphLaunch", exec, stream);
      device.driver.check("cuGraphExecDestroy", exec);
      device.driver.check("cuStreamSynchronize", stream);
      assertThat(device.downloadFloats(out, N)).containsOnly(16f);
      assertThat(device.driver.call("cuGraphLaunch", exec, stream))
          .isEqualTo(Driver.INVALID_HANDLE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuStreamSynchronize", "cuStreamQuery"})
  void waitsForTheStreamAreRefused(String call) {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = begin(device, NON_BLOCKING, RELAXED);
      assertThat(device.driver.call(call, stream)).isEqualTo(Driver.STREAM_CAPTURE_UNSUPPORTED);
      assertInvalidated(device, stream);
    }
  }

  @Test
  void waitForTheContextIsRefused() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = begin(device, NON_BLOCKING, RELAXED);
      assertThat(device.driver.call("cuCtxSynchronize"))
          .isEqualTo(Driver.STREAM_CAPTURE_UNSUPPORTED);
      assertInvalidated(device, stream);
    }
  }

  @Test
  void allocationIsForTheRelaxedMode() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = begin(device, NON_BLOCKING, GLOBAL);
      assertThat(device.driver.call("cuMemAlloc_v2", device.pointer(), 16L))
          .isEqualTo(Driver.STREAM_CAPTURE_UNSUPPORTED);
      assertThat(device.driver.lastFault()).contains("cuMemAlloc").contains("relaxed");
      assertInvalidated(device, stream);
      stream = begin(device, NON_BLOCKING, RELAXED);
      long p = device.allocate(16);
      device.driver.check("cuMemFree_v2", p);
      end(device, stream);
    }
  }

  @Test
  void theLegacyStreamDoesNotMeetBlockingStreamsUnderCapture() {
    try (TestDevice device = new TestDevice()) {
      long p = device.upload(ones());
      MemorySegment parameters = device.buffers(p, p, N, 0);
      MemorySegment stream = begin(device, NON_BLOCKING, RELAXED);
      assertThat(device.launch("scale", 1, N, 0, MemorySegment.NULL, parameters)).isZero();
      end(device, stream);
      stream = begin(device, BLOCKING, RELAXED);
      assertThat(device.launch("scale", 1, N, 0, MemorySegment.NULL, parameters))
          .isEqualTo(Driver.STREAM_CAPTURE_IMPLICIT);
      assertInvalidated(device, stream);
      assertThat(device.downloadFloats(p, N)).containsOnly(2f);
    }
  }

  @Test
  void statesThatDoNotFit() {
    try (TestDevice device = new TestDevice()) {
      Driver driver = device.driver;
      assertThat(driver.call("cuStreamBeginCapture_v2", MemorySegment.NULL, GLOBAL))
          .isEqualTo(Driver.STREAM_CAPTURE_UNSUPPORTED);
      MemorySegment stream = stream(device, NON_BLOCKING);
      assertThat(driver.call("cuStreamBeginCapture_v2", stream, 7)).isEqualTo(Driver.INVALID_VALUE);
      MemorySegment out = device.pointer();
      assertThat(driver.call("cuStreamEndCapture", stream, out)).isEqualTo(Driver.ILLEGAL_STATE);
      driver.check("cuStreamBeginCapture_v2", stream, GLOBAL);
      assertThat(driver.call("cuStreamBeginCapture_v2", stream, GLOBAL))
          .isEqualTo(Driver.ILLEGAL_STATE);
      MemorySegment graph = end(device, stream);
      driver.check("cuGraphDestroy", graph);
      assertThat(driver.call("cuGraphInstantiateWithFlags", out, graph, 0L))
          .isEqualTo(Driver.INVALID_VALUE);
    }
  }

  @Test
  void anotherThreadDoesNotEndACapture() throws InterruptedException {
    try (TestDevice device = new TestDevice()) {
      MemorySegment stream = begin(device, NON_BLOCKING, GLOBAL);
      MemorySegment out = device.pointer();
      MemorySegment context = device.context();
      int[] code = new int[1];
      MemorySegment shared = MemorySegment.ofAddress(out.address());
      Thread other =
          new Thread(
              () -> {
                device.driver.check("cuCtxSetCurrent", context);
                code[0] = device.driver.call("cuStreamEndCapture", stream, shared);
              });
      other.start();
      other.join();
      assertThat(code[0]).isEqualTo(Driver.STREAM_CAPTURE_WRONG_THREAD);
      end(device, stream);
    }
  }

  @Test
  void memoryThatIsFreedBeforeAReplayIsUseAfterFree() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(ones());
      long out = device.allocate(4 * N);
      MemorySegment stream = begin(device, NON_BLOCKING, GLOBAL);
      device.launch("scale", 1, N, 0, stream, device.buffers(out, in, N, 0));
      MemorySegment exec = instantiate(device, end(device, stream));
      device.driver.check("cuMemFree_v2", in);
      device.driver.check("cuGraphLaunch", exec, stream);
      assertThat(device.driver.call("cuStreamSynchronize", stream))
          .isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(device.driver.lastFault()).contains("kernel scale").contains("freed)");
    }
  }
}
