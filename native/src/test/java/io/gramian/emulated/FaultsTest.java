package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Mistakes of the host that a kernel meets, and how long a fault lasts. */
class FaultsTest {
  @Test
  void useAfterFree() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(new float[64]);
      long out = device.allocate(256);
      device.driver.check("cuMemFree_v2", in);
      assertThat(device.run("scale", 1, 64, 0, device.buffers(out, in, 64, 0)))
          .isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(device.driver.lastFault()).contains("read of 4 bytes").contains("freed");
    }
  }

  @Test
  void hostPointer() {
    try (TestDevice device = new TestDevice()) {
      long out = device.allocate(256);
      long host = device.arena.allocate(256).address();
      assertThat(device.run("scale", 1, 64, 0, device.buffers(out, host, 64, 0)))
          .isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(device.driver.lastFault()).contains("a host pointer?");
    }
  }

  @Test
  void nullPointer() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(new float[64]);
      assertThat(device.run("scale", 1, 64, 0, device.buffers(0, in, 64, 0)))
          .isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(device.driver.lastFault()).contains("write of 4 bytes at 0x");
    }
  }

  @Test
  void resetOfThePrimaryContextClearsItsFault() {
    try (TestDevice device = new TestDevice()) {
      Driver driver = device.driver;
      MemorySegment out = device.pointer();
      driver.check("cuDevicePrimaryCtxRetain", out, 0);
      driver.check("cuCtxPushCurrent_v2", out.get(ValueLayout.ADDRESS, 0));
      MemorySegment module = device.load(TestKernels.ptx(TestKernels.Build.SM_80, "correct"));
      MemorySegment p = device.buffers(0, 0, 1, 0);
      device.launch(device.function(module, "scale"), 1, 1, 1, 0, MemorySegment.NULL, p);
      assertThat(driver.call("cuCtxSynchronize")).isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(driver.call("cuCtxSynchronize")).isEqualTo(Driver.ILLEGAL_ADDRESS);
      driver.check("cuDevicePrimaryCtxReset_v2", 0);
      driver.check("cuCtxSynchronize");
      driver.check("cuDevicePrimaryCtxRelease_v2", 0);
      driver.check("cuCtxPopCurrent_v2", MemorySegment.NULL);
    }
  }
}
