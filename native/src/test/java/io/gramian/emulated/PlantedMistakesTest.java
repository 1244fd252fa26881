package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.PlantedKernels.Planted;
import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of mistake in a kernel is found in every order of threads, and named with kernel,
 * block, thread and source line; the same kernels without the mistake run.
 */
class PlantedMistakesTest {
  private static final int SEEDS = 20;
  private static final int BLOCKS = 2;
  private static final int THREADS = 64;
  private static final int FLOATS = 2048;

  /** Elements that a kernel may touch where it is tested for touching more. */
  private static final int FEW = 100;

  private static final Set<String> SMALL_OUTPUT =
      Set.of("write_past_the_end", "atomic_past_the_end", "tile_past_the_last_row");

  private static final Set<String> FRESH_OUTPUT = Set.of("copy_of_unwritten");

  /** What a message says, and the code, by kernel or, for the others, by source. */
  private static final Map<String, String> MESSAGES =
      """
      bounds                       | 700 | past the end of
      read_before_the_start        | 700 | 4 bytes before the start of allocation
      write_to_a_neighbour         | 700 | whose address the pointer was made from: there lies another
      read_of_a_neighbour          | 700 | whose address the pointer was made from: there lies another
      local_past_the_end           | 700 | outside the thread's local memory
      misaligned_vector            | 716 | the address is not a multiple of 16
      misaligned_scalar            | 716 | the address is not a multiple of 4
      misaligned_shared_vector     | 716 | the address is not a multiple of 8
      misaligned_atomic            | 716 | the address is not a multiple of 8
      races                        | 719 | race:
      undefined                    | 719 | never written
      index_that_is_unwritten      | 700 | never written
      convergence                  | 719 | lanes
      barrier_that_a_thread_skips  | 719 | barrier|lanes
      barriers_of_different_warps  | 719 | is at barrier 0 of the whole block; other threads are at another one
      barrier_in_a_loop_of_its_own_length | 719 | barrier|lanes
      barrier_of_a_missing_warp    | 719 | waits at barrier 3 of 64 threads, of which 32 have come
      barrier_of_two_counts        | 719 | barrier
      shuffle_from_a_lane_outside  | 719 | reads lane 20 in a shuffle of lanes 0x0000ffff
      mask_without_the_lane        | 719 | with mask 0x7fffffff, which leaves out the lane itself
      matrix_row_misaligned        | 716 | the address is not a multiple of 16
      async                        | 719 | has not been waited for
      copy_without_barrier         | 719 | race:
      stage_filled_too_early       | 719 | race:
      copy_past_the_end            | 700 | past the end of allocation
      copy_from_a_misaligned_place | 716 | the address is not a multiple of 16
      copy_of_unwritten            | 719 | never written
      ends                         | 702 | runs past the limit of 200 ms
      divides_by_zero              | 719 | integer division by zero
      traps                        | 719 | thread (6,0,0): executes a trap
      asserts                      | 710 | an odd one
      read_only                    | 719 | the read-only path
      """
          .lines()
          .collect(
              Collectors.toMap(
                  line -> line.substring(0, line.indexOf('|')).strip(),
                  line -> line.substring(line.indexOf('|') + 1).strip()));

  @TestFactory
  Stream<DynamicTest> areFoundAndNamed() {
    TestDevice.libraryOrSkip();
    return Stream.of("bounds", "races", "undefined", "convergence", "async", "ends", "read_only")
        .flatMap(file -> PlantedKernels.of(file).stream())
        .map(planted -> DynamicTest.dynamicTest(planted.name(), () -> check(planted)));
  }

  private static void check(Planted planted) {
    for (int seed = 0; seed < SEEDS; seed++) {
      try (TestDevice device = new TestDevice()) {
        device.seed(seed);
        device.driver.check("gramianEmulatedSetTimeLimit", 200L);
        int code = run(device, planted);
        String message = device.driver.lastFault();
        if (planted.isRight()) {
          assertThat(code).as("seed %d: %s", seed, message).isZero();
        } else {
          String[] expected =
              MESSAGES.getOrDefault(planted.name(), MESSAGES.get(planted.file())).split("\\|", 2);
          assertThat(code)
              .as("seed %d: %s", seed, message)
              .isEqualTo(Integer.parseInt(expected[0].strip()));
          assertThat(message).startsWith("kernel " + planted.name() + ", block (");
          assertThat(List.of(expected[1].strip().split("\\|")))
              .as("seed %d: %s", seed, message)
              .anyMatch(message::contains);
          assertThat(planted.isNamedBy(message))
              .as("seed %d: line %s in %s", seed, planted.faults(), message)
              .isTrue();
        }
      }
    }
  }

  private static int run(TestDevice device, Planted planted) {
    String pair = planted.pair();
    long out = device.allocate(4 * (SMALL_OUTPUT.contains(pair) ? FEW : FLOATS));
    long in = device.zeros(4 * (pair.equals("copy_past_the_end") ? FEW : FLOATS));
    if (!planted.file().equals("undefined") && !FRESH_OUTPUT.contains(pair)) {
      device.driver.check(
          "cuMemsetD8_v2", out, (byte) 0, 4L * (SMALL_OUTPUT.contains(pair) ? FEW : FLOATS));
    }
    int spare =
        switch (pair) {
          case "write_to_a_neighbour", "read_of_a_neighbour" -> (int) ((in - out) / 4);
          case "divides_by_zero" -> 0;
          default -> 64;
        };
    if (pair.equals("promise_that_is_broken")) {
      out = in;
    }
    int threads = pair.equals("product_of_unwritten") ? 32 : THREADS;
    int shared = pair.equals("shared_past_the_end") ? 4 * THREADS : 16 * THREADS;
    return new TestKernels(device, Build.SM_80, planted.file())
        .tryToRun(
            planted.name(), Shape.of(BLOCKS, threads).withShared(shared), out, in, FEW, spare);
  }

  @Test
  void callOfNoFunction() {
    try (TestDevice device = new TestDevice()) {
      TestKernels kernels = new TestKernels(device, Build.SM_80, "null_call");
      long in = device.zeros(256);
      int code =
          kernels.tryToRun("calls_a_null_function", Shape.of(1, 64), device.zeros(256), in, 0, 0);
      assertThat(code).isNotZero();
      assertThat(device.driver.lastFault()).contains("null_call.cu:8");
    }
  }

  @Test
  void recursionIsRefused() {
    try (TestDevice device = new TestDevice()) {
      TestKernels kernels = new TestKernels(device, Build.SM_80, "recursion");
      int code = kernels.tryToFind("recurses_forever");
      assertThat(code).isNotZero();
      assertThat(device.driver.lastFault()).contains("descend");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SM_80", "SM_90A"})
  void sharedMemoryBeyondWhatABlockMayHave(Build build) {
    int kilobytes = build == Build.SM_80 ? 163 : 227;
    try (TestDevice device = new TestDevice()) {
      TestKernels kernels = new TestKernels(device, build, "ends");
      String kernel = "more_shared_memory_than_there_is";
      assertThat(kernels.trySetDynamicShared(kernel, kilobytes << 10)).isZero();
      assertThat(kernels.trySetDynamicShared(kernel, (kilobytes << 10) + 1))
          .isEqualTo(Driver.INVALID_VALUE);
      long in = device.zeros(2048);
      long out = device.zeros(2048);
      int fits = (kilobytes << 10) - 4096;
      Shape shape = Shape.of(1, 512);
      kernels.run(kernel, shape.withShared(fits), out, in, 0, 0);
      assertThat(kernels.tryToRun(kernel, shape.withShared(fits + 1), out, in, 0, 0))
          .isEqualTo(Driver.LAUNCH_OUT_OF_RESOURCES);
      assertThat(device.driver.lastFault()).contains("static and dynamic shared memory");
    }
  }
}
