package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong arguments are refused with CUDA's error code and an explanation, and do no harm. */
class ArgumentsTest {
  private static final String HEADER = ".version 8.0\n.target %s\n.address_size 64\n";

  private static final MemorySegment NULL = MemorySegment.NULL;
  private static final MemorySegment FOREIGN = MemorySegment.ofAddress(0x1234);

  @Test
  void pointersOfFree() {
    try (TestDevice device = new TestDevice()) {
      long p = device.allocate(100);
      Driver driver = device.driver;
      assertThat(driver.call("cuMemFree_v2", p + 16)).isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.lastFault()).contains("not the start of a live allocation");
      assertThat(driver.call("cuMemFree_v2", 0L)).isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.call("cuMemFree_v2", device.arena.allocate(8).address()))
          .isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.call("cuMemFreeHost", MemorySegment.ofAddress(p)))
          .isEqualTo(Driver.INVALID_VALUE);
      driver.check("cuMemFree_v2", p);
      assertThat(driver.call("cuMemFree_v2", p)).isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.lastFault()).contains("freed");
    }
  }

  @Test
  void rangesOfCopies() {
    try (TestDevice device = new TestDevice()) {
      long p = device.allocate(100);
      Driver driver = device.driver;
      MemorySegment host = device.arena.allocate(200);
      assertThat(driver.call("cuMemcpyHtoD_v2", p, host, 101L)).isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.lastFault()).contains("destination of 101 bytes").contains("past the end");
      assertThat(driver.call("cuMemcpyDtoH_v2", host, p + 1, 100L)).isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.call("cuMemcpyHtoD_v2", host.address(), host, 8L))
          .isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.call("cuMemcpyHtoD_v2", p, MemorySegment.ofAddress(p), 8L))
          .isEqualTo(Driver.INVALID_VALUE);
      assertThat(driver.call("cuMemcpyDtoH_v2", NULL, p, 8L)).isEqualTo(Driver.INVALID_VALUE);
      driver.check("cuMemcpyDtoH_v2", NULL, p, 0L);
    }
  }

  @Test
  void handlesThatAreNone() {
    try (TestDevice device = new TestDevice()) {
      Driver driver = device.driver;
      MemorySegment out = device.pointer();
      for (String call : new String[] {"cuStreamSynchronize", "cuStreamDestroy_v2"}) {
        assertThat(driver.call(call, FOREIGN)).as(call).isEqualTo(Driver.INVALID_HANDLE);
      }
      for (String call : new String[] {"cuEventSynchronize", "cuEventDestroy_v2"}) {
        assertThat(driver.call(call, FOREIGN)).as(call).isEqualTo(Driver.INVALID_HANDLE);
      }
      assertThat(driver.call("cuModuleUnload", FOREIGN)).isEqualTo(Driver.INVALID_HANDLE);
      assertThat(driver.call("cuModuleGetFunction", out, FOREIGN, device.bytes((byte) 0)))
          .isEqualTo(Driver.INVALID_HANDLE);
      assertThat(driver.call("cuCtxSetCurrent", FOREIGN)).isEqualTo(Driver.INVALID_CONTEXT);
      assertThat(driver.call("cuCtxDestroy_v2", FOREIGN)).isEqualTo(Driver.INVALID_CONTEXT);
      driver.check("cuEventCreate", out, 0);
      MemorySegment event = out.get(ValueLayout.ADDRESS, 0);
      driver.check("cuEventDestroy_v2", event);
      assertThat(driver.call("cuEventDestroy_v2", event)).isEqualTo(Driver.INVALID_HANDLE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 32, 1, 1, 0, 1",
    "1, 1, 1, 0, 1, 1, 0, 1",
    "1, 1, 1, 1025, 1, 1, 0, 1",
    "1, 1, 1, 64, 32, 1, 0, 1",
    "1, 1, 1, 1, 1, 65, 0, 1",
    "1, 65536, 1, 32, 1, 1, 0, 1",
    "1, 1, 1, 32, 1, 1, 49153, 1"
  })
  void dimensionsOfLaunches(
      int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int shared, int code) {
    try (TestDevice device = new TestDevice()) {
      MemorySegment parameters = device.pointer();
      parameters.set(ValueLayout.ADDRESS, 0, device.buffers(0, 0, 0, 0));
      assertThat(
              device.driver.call(
                  "cuLaunchKernel",
                  device.function("scale"),
                  gridX,
                  gridY,
                  gridZ,
                  blockX,
                  blockY,
                  blockZ,
                  shared,
                  NULL,
                  parameters,
                  NULL))
          .isEqualTo(code);
      assertThat(device.driver.lastFault()).startsWith("cuLaunchKernel of scale: ");
    }
  }

  @Test
  void launchBoundAndParameters() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment p = device.buffers(0, 0, 0, 0);
      assertThat(device.launch("static_shared_within_bounds", 1, 64, 0, NULL, p))
          .isEqualTo(Driver.LAUNCH_OUT_OF_RESOURCES);
      assertThat(device.driver.lastFault()).contains("launch bound is 32 threads");
      MemorySegment function = device.function("scale");
      assertThat(
              device.driver.call("cuLaunchKernel", function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL))
          .isEqualTo(Driver.INVALID_VALUE);
      MemorySegment size = device.arena.allocateFrom(ValueLayout.JAVA_LONG, 20L);
      MemorySegment extra =
          device.arena.allocateFrom(ValueLayout.JAVA_LONG, 1L, p.address(), 2L, size.address(), 0L);
      assertThat(
              device.driver.call(
                  "cuLaunchKernel", function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, extra))
          .isEqualTo(Driver.INVALID_VALUE);
      assertThat(device.driver.lastFault()).contains("20 bytes of parameters; the kernel takes 24");
      size.set(ValueLayout.JAVA_LONG, 0, 24L);
      device.driver.check("cuLaunchKernel", function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, extra);
      device.driver.check("cuCtxSynchronize");
    }
  }

  @Test
  void sharedMemoryLimitFollowsTheCapability() {
    try (TestDevice device = new TestDevice()) {
      int maxDynamicShared = 8;
      MemorySegment function = device.function("scale");
      Driver driver = device.driver;
      driver.check("cuFuncSetAttribute", function, maxDynamicShared, 163 * 1024);
      assertThat(driver.call("cuFuncSetAttribute", function, maxDynamicShared, 227 * 1024))
          .isEqualTo(Driver.INVALID_VALUE);
      driver.check("gramianEmulatedSetComputeCapability", 9, 0);
      driver.check("cuFuncSetAttribute", function, maxDynamicShared, 227 * 1024);
      MemorySegment p = device.buffers(0, 0, 0, 0);
      MemorySegment parameters = device.pointer();
      parameters.set(ValueLayout.ADDRESS, 0, p);
      driver.check(
          "cuLaunchKernel", function, 1, 1, 1, 32, 1, 1, 227 * 1024, NULL, parameters, NULL);
      driver.check("cuCtxSynchronize");
      assertThat(driver.call("gramianEmulatedSetComputeCapability", 7, 5))
          .isEqualTo(Driver.INVALID_VALUE);
    }
  }

  @Test
  void imagesForOtherMachines() {
    try (TestDevice device = new TestDevice()) {
      Driver driver = device.driver;
      MemorySegment out = device.pointer();
      byte[] cubin = new byte[64];
      System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, cubin, 0, 7);
      cubin[18] = (byte) 190; // the ELF machine number of CUDA
      assertThat(driver.call("cuModuleLoadData", out, device.bytes(cubin)))
          .isEqualTo(Driver.NO_BINARY_FOR_GPU);
      assertThat(driver.lastFault()).contains("the emulated device runs PTX");
      assertThat(driver.call("cuModuleLoadData", out, device.arena.allocateFrom("no text of PTX")))
          .isEqualTo(Driver.INVALID_PTX);
      assertThat(
              driver.call(
                  "cuModuleLoadData", out, device.arena.allocateFrom(HEADER.formatted("sm_100"))))
          .isEqualTo(Driver.NO_BINARY_FOR_GPU);
      assertThat(driver.lastFault()).contains("the PTX is for sm_100");
      String unknown = HEADER.formatted("sm_80") + ".entry f() {\nspin.u32 1;\n}\n";
      driver.check("cuModuleLoadData", out, device.arena.allocateFrom(unknown));
      assertThat(
              driver.call(
                  "cuModuleGetFunction",
                  device.pointer(),
                  out.get(ValueLayout.ADDRESS, 0),
                  device.arena.allocateFrom("f")))
          .isEqualTo(Driver.INVALID_PTX);
      assertThat(driver.lastFault()).contains("spin.u32").contains("line 5");
      assertThat(driver.call("cuModuleLoadData", out, NULL)).isEqualTo(Driver.INVALID_VALUE);
      assertThat(
              driver.call(
                  "cuModuleGetFunction",
                  out,
                  device.module(),
                  device.arena.allocateFrom("no_such_kernel")))
          .isEqualTo(Driver.NOT_FOUND);
    }
  }

  @Test
  void memoryRunsOut() {
    try (TestDevice device = new TestDevice()) {
      MemorySegment out = device.pointer();
      device.driver.check("gramianEmulatedSetMemory", 1L << 20);
      assertThat(device.driver.call("cuMemAlloc_v2", out, (1L << 20) + 1))
          .isEqualTo(Driver.OUT_OF_MEMORY);
      long half = device.allocate(1 << 19);
      assertThat(device.driver.call("cuMemAlloc_v2", out, (1L << 19) + 1))
          .isEqualTo(Driver.OUT_OF_MEMORY);
      device.driver.check("cuMemFree_v2", half);
      device.allocate(1 << 20);
      device.driver.check("gramianEmulatedSetMemory", 8L << 30);
      assertThat(device.driver.call("cuMemAlloc_v2", out, 0L)).isEqualTo(Driver.INVALID_VALUE);
      assertThat(device.driver.call("cuMemAlloc_v2", out, Long.MAX_VALUE))
          .isEqualTo(Driver.OUT_OF_MEMORY);
    }
  }

  @Test
  void pointerAttributes() {
    try (TestDevice device = new TestDevice()) {
      Driver driver = device.driver;
      int memoryType = 2;
      int rangeStart = 11;
      MemorySegment out = device.arena.allocate(8);
      long p = device.allocate(100);
      driver.check("cuPointerGetAttribute", out, memoryType, p + 50);
      assertThat(out.get(ValueLayout.JAVA_INT, 0)).isEqualTo(2);
      driver.check("cuPointerGetAttribute", out, rangeStart, p + 50);
      assertThat(out.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(p);
      driver.check("cuPointerGetAttribute", out, 1, p);
      assertThat(out.get(ValueLayout.ADDRESS, 0)).isEqualTo(device.context());
      assertThat(driver.call("cuPointerGetAttribute", out, memoryType, out.address()))
          .isEqualTo(Driver.INVALID_VALUE);
      driver.check("cuMemAllocHost_v2", out, 64L);
      long pinned = out.get(ValueLayout.JAVA_LONG, 0);
      driver.check("cuPointerGetAttribute", out, memoryType, pinned);
      assertThat(out.get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
      assertThat(driver.call("cuMemFree_v2", pinned)).isEqualTo(Driver.INVALID_VALUE);
      driver.check("cuMemFreeHost", MemorySegment.ofAddress(pinned));
    }
  }

  @Test
  void whatIsNotThereSaysSo() {
    try (TestDevice device = new TestDevice()) {
      Driver driver = device.driver;
      MemorySegment function = device.pointer();
      assertThat(driver.call("cuGraphCreate")).isEqualTo(Driver.NOT_SUPPORTED);
      assertThat(
              driver.call(
                  "cuGetProcAddress_v2",
                  device.arena.allocateFrom("cuMemAlloc"),
                  function,
                  12000,
                  0L,
                  NULL))
          .isZero();
      assertThat(function.get(ValueLayout.ADDRESS, 0)).isNotEqualTo(NULL);
      assertThat(
              driver.call(
                  "cuGetProcAddress_v2",
                  device.arena.allocateFrom("cuNoSuchFunction"),
                  function,
                  12000,
                  0L,
                  NULL))
          .isEqualTo(Driver.NOT_FOUND);
      assertThat(driver.call("cuDeviceGet", function, 1)).isEqualTo(Driver.INVALID_DEVICE);
    }
  }
}
