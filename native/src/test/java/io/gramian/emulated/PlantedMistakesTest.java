package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of mistake in a kernel is caught, and named with kernel, block, thread and place. */
class PlantedMistakesTest {
  private static final int BLOCKS = 2;
  private static final int THREADS = 64;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          writes_past_the_end        |   0 | 700 | write of 4 bytes         | 0 bytes past the end of allocation
          reads_before_the_start     |   0 | 700 | read of 4 bytes          | 4 bytes before the start of allocation
          shared_past_the_end        | 256 | 700 | write of 4 bytes         | 0 bytes past the end of shared memory (256 bytes)
          misaligned_vector          |   0 | 716 | read of 16 bytes         | not a multiple of 16
          misaligned_scalar          |   0 | 716 | read of 4 bytes          | not a multiple of 4
          shared_race                | 256 | 719 | race:                    | of shared memory
          shared_race_of_rounds      | 256 | 719 | race:                    | of shared memory
          warp_race                  | 256 | 719 | race:                    | of shared memory
          global_race                |   0 | 719 | race: write of 4 bytes   | after a write by block
          global_race_of_a_read      |   0 | 719 | race:                    | of allocation
          half_word_race             |   0 | 719 | race: write of 2 bytes   | after a write by block
          counts_without_atomics     |   0 | 719 | race:                    | of allocation
          async_copy_without_wait    | 256 | 719 | read of 4 bytes          | has not been waited for
          async_copy_without_barrier | 256 | 719 | of 4 bytes               | of shared memory
          barrier_of_some_threads    |   0 | 719 | waits at a barrier       | thread (3,0,0) has left the kernel
          race_beside_a_barrier      | 256 | 719 | race:                    | of shared memory
          barrier_of_a_missing_warp  |   0 | 719 | waits at barrier 3 of 64 | threads, of which 32 have come
          shuffle_of_some_lanes      |   0 | 719 | a warp shuffle           | left the kernel
          shuffle_from_outside       |   0 | 719 | a warp shuffle           | reads lane 20, which takes no part
          recurses_forever           |   0 | 719 | needs more than          | KiB of local memory
          divides_by_zero            |   0 | 719 | divides an integer       | by zero
          """)
  void isNamed(String kernel, int shared, int code, String what, String where) {
    for (long seed = 0; seed < 20; seed++) {
      try (TestDevice device = new TestDevice()) {
        device.seed(seed);
        long in = device.upload(new float[BLOCKS * THREADS]);
        long out = device.allocate(4L * BLOCKS * THREADS - 4);
        if (!kernel.equals("writes_past_the_end")) {
          out = device.allocate(16L * BLOCKS * THREADS);
        }
        int answer = device.run(kernel, BLOCKS, THREADS, shared, device.buffers(out, in, 0, 0));
        String fault = device.driver.lastFault();
        assertThat(answer).as("seed %d: %s", seed, fault).isEqualTo(code);
        assertThat(fault)
            .matches("kernel " + kernel + ", block \\([01],0,0\\), thread \\(\\d+,0,0\\): .*")
            .contains(what)
            .contains(where);
        assertThat(device.driver.call("cuMemcpyDtoH_v2", device.pointer(), in, 4L))
            .as("the fault stays")
            .isEqualTo(code);
      }
    }
  }

  @Test
  void barrierOfSomeWarpsLeavesTheOthersUnordered() {
    int found = 0;
    for (long seed = 0; seed < 20; seed++) {
      try (TestDevice device = new TestDevice()) {
        device.seed(seed);
        long in = device.upload(new float[128]);
        long out = device.allocate(512);
        int code =
            device.run("race_with_a_warp_elsewhere", 1, 128, 512, device.buffers(out, in, 0, 0));
        assertThat(code).isIn(0, Driver.LAUNCH_FAILED);
        found += code == 0 ? 0 : 1;
      }
    }
    assertThat(found).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"8, 163", "9, 227"})
  void sharedMemoryBeyondWhatABlockMayHave(int capability, int kilobytes) {
    try (TestDevice device = new TestDevice()) {
      device.driver.check("gramianEmulatedSetComputeCapability", capability, 0);
      MemorySegment function = device.function("more_shared_memory_than_there_is");
      int maxDynamic = 8;
      device.driver.check("cuFuncSetAttribute", function, maxDynamic, kilobytes << 10);
      assertThat(
              device.driver.call("cuFuncSetAttribute", function, maxDynamic, kilobytes + 1 << 10))
          .isEqualTo(Driver.INVALID_VALUE);
      long in = device.upload(new float[512]);
      MemorySegment p = device.buffers(device.allocate(2048), in, 0, 0);
      int fits = (kilobytes << 10) - 4096;
      device.launch(function, 1, 1, 512, fits, MemorySegment.NULL, p);
      device.driver.check("cuCtxSynchronize");
      device.launch(function, 1, 1, 512, fits + 1, MemorySegment.NULL, p);
      assertThat(device.driver.call("cuCtxSynchronize")).isEqualTo(Driver.LAUNCH_OUT_OF_RESOURCES);
      assertThat(device.driver.lastFault()).contains("static and dynamic shared memory");
    }
  }

  @Test
  void staticSharedArrayPastItsEnd() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(new float[32]);
      long out = device.allocate(128);
      int code = device.run("static_shared_past_the_end", 1, 32, 0, device.buffers(out, in, 0, 32));
      assertThat(code).isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(device.driver.lastFault()).contains("past the end of shared memory (128 bytes)");
    }
  }

  @Test
  void exchangeOfLanesThatSynchroniseInHalves() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(new float[64]);
      long out = device.allocate(256);
      MemorySegment within = device.buffers(out, in, 0, 1);
      assertThat(device.run("half_warp_exchange", 1, 64, 256, within)).isZero();
      MemorySegment across = device.buffers(out, in, 0, 16);
      assertThat(device.run("half_warp_exchange", 1, 64, 256, across))
          .isEqualTo(Driver.LAUNCH_FAILED);
      assertThat(device.driver.lastFault()).contains("race: ");
    }
  }

  @Test
  void freshMemoryHoldsNaNs() {
    try (TestDevice device = new TestDevice()) {
      long out = device.allocate(256);
      assertThat(device.downloadFloats(out, 64)).containsOnly(Float.NaN);
      long in = device.upload(new float[64]);
      assertThat(device.run("reads_fresh_memory", 1, 64, 256, device.buffers(out, in, 0, 0)))
          .isZero();
      assertThat(device.downloadFloats(out, 64)).containsOnly(Float.NaN);
    }
  }

  @Test
  void useAfterFree() {
    try (TestDevice device = new TestDevice()) {
      long in = device.upload(new float[64]);
      long out = device.allocate(256);
      device.driver.check("cuMemFree_v2", in);
      assertThat(device.run("scale", 1, 64, 0, device.buffers(out, in, 64, 0)))
          .isEqualTo(Driver.ILLEGAL_ADDRESS);
      assertThat(device.driver.lastFault()).contains("read of 4 bytes").contains("freed)");
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

  @ParameterizedTest
  @CsvSource({"runs_forever, 1", "computes_forever, 1", "waits_forever, 2"})
  void runawayKernel(String kernel, int workers) {
    try (TestDevice device = new TestDevice()) {
      device.driver.check("gramianEmulatedSetTimeLimit", 100L);
      device.driver.check("gramianEmulatedSetWorkers", workers);
      long out = device.upload(new float[128]);
      assertThat(device.run(kernel, 2, 64, 0, device.buffers(out, out, 1, 0)))
          .isEqualTo(Driver.LAUNCH_TIMEOUT);
      assertThat(device.driver.lastFault())
          .startsWith("kernel " + kernel + ", block (")
          .endsWith("runs past the limit of 100 ms");
    }
  }

  @Test
  void trap() {
    try (TestDevice device = new TestDevice()) {
      assertThat(device.run("traps", 2, 64, 0, device.buffers(0, 0, 70, 0)))
          .isEqualTo(Driver.LAUNCH_FAILED);
      assertThat(device.driver.lastFault())
          .isEqualTo("kernel traps, block (1,0,0), thread (6,0,0): reached __trap()");
    }
  }

  @Test
  void resetOfThePrimaryContextClearsItsFault() {
    try (TestDevice device = new TestDevice()) {
      Driver driver = device.driver;
      MemorySegment out = device.pointer();
      driver.check("cuDevicePrimaryCtxRetain", out, 0);
      driver.check("cuCtxPushCurrent_v2", out.get(ValueLayout.ADDRESS, 0));
      MemorySegment module = device.pointer();
      driver.check("cuModuleLoadData", module, device.bytes(TestDevice.image("planted.so")));
      MemorySegment function = device.pointer();
      driver.check(
          "cuModuleGetFunction",
          function,
          module.get(ValueLayout.ADDRESS, 0),
          device.arena.allocateFrom("traps"));
      MemorySegment parameters = device.pointer();
      parameters.set(ValueLayout.ADDRESS, 0, device.buffers(0, 0, 0, 0));
      driver.check(
          "cuLaunchKernel",
          function.get(ValueLayout.ADDRESS, 0),
          1,
          1,
          1,
          1,
          1,
          1,
          0,
          MemorySegment.NULL,
          parameters,
          MemorySegment.NULL);
      assertThat(driver.call("cuCtxSynchronize")).isEqualTo(Driver.LAUNCH_FAILED);
      assertThat(driver.call("cuCtxSynchronize")).isEqualTo(Driver.LAUNCH_FAILED);
      driver.check("cuDevicePrimaryCtxReset_v2", 0);
      driver.check("cuCtxSynchronize");
      driver.check("cuDevicePrimaryCtxRelease_v2", 0);
      driver.check("cuCtxPopCurrent_v2", MemorySegment.NULL);
    }
  }
}
