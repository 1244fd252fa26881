package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.emulated.PlantedKernels.Planted;
import io.gramian.emulated.Tensor.Element;
import io.gramian.emulated.TestKernels.Build;
import io.gramian.emulated.TestKernels.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Mistakes with the instructions of Hopper are found in every order of threads and named with the
 * source line; the same kernels without the mistake run.
 */
class HopperMistakesTest {
  private static final int SEEDS = 20;

  /** The code, and what a message says: one of these. */
  private static final Map<String, String> MESSAGES =
      """
      wrong_phase                     | 719 | asynchronous copy
      too_few_bytes                   | 719 | has not been waited for|asynchronous copy|never written
      too_many_bytes                  | 719 | lacks 0 of 1 arrivals and 16 bytes of copies
      copy_that_nobody_waits_for      | 719 | has not been waited for
      stage_that_is_not_empty         | 719 | asynchronous copy
      more_arrivals_than_expected     | 719 | 2 arrivals at an mbarrier whose phase waits for 1 of 3
      barrier_that_is_overwritten     | 719 | was overwritten
      barrier_that_is_not_there_yet   | 719 | barrier
      store_without_fence             | 719 | with no fence.proxy.async between them
      store_that_nobody_waits_for     | 719 | cp.async.bulk.wait_group is missing
      source_that_is_overwritten      | 719 | the source of an asynchronous copy
      box_at_a_misaligned_place       | 716 | the address is not a multiple of 128
      box_past_the_end                | 700 | past the end of shared memory
      neighbour_read_too_early        | 719 | race:
      rank_that_there_is_not          | 719 | block 2 of a cluster of 2
      multicast_to_a_block_outside    | 719 | a multicast with mask 5 in a cluster of 2 blocks
      accumulators_read_too_early     | 719 | wgmma
      wait_for_the_wrong_group        | 719 | wgmma
      descriptor_of_another_swizzle   | 719 | with a swizzle of 64 bytes where a tensor copy wrote with a swizzle of 128
      product_without_fence           | 719 | with no fence.proxy.async between them
      product_without_register_fence  | 719 | no wgmma.fence
      matrix_that_is_overwritten      | 719 | that wgmma still reads
      matrix_never_written            | 719 | that was never written
      warps_that_do_not_agree         | 719 | other matrices than another warp of the warpgroup
      """
          .lines()
          .collect(
              Collectors.toMap(
                  line -> line.substring(0, line.indexOf('|')).strip(),
                  line -> line.substring(line.indexOf('|') + 1).strip()));

  @TestFactory
  Stream<DynamicTest> areFoundAndNamed() {
    TestDevice.libraryOrSkip();
    return Stream.of("planted_copies", "planted_products")
        .flatMap(file -> PlantedKernels.of("hopper", file).stream())
        .map(planted -> DynamicTest.dynamicTest(planted.name(), () -> check(planted)));
  }

  private static void check(Planted planted) {
    for (int seed = 0; seed < SEEDS; seed++) {
      try (TestDevice device = new TestDevice()) {
        device.seed(seed);
        int code = run(device, planted);
        String message = device.driver.lastFault();
        if (planted.isRight()) {
          assertThat(code).as("seed %d: %s", seed, message).isZero();
          continue;
        }
        String[] expected = MESSAGES.get(planted.name()).split("\\|", 2);
        assertThat(code)
            .as("seed %d: %s", seed, message)
            .isEqualTo(Integer.parseInt(expected[0].strip()));
        assertThat(message).startsWith("kernel " + planted.name() + ", block (");
        assertThat(expected[1].strip().split("\\|"))
            .as("seed %d: %s", seed, message)
            .anyMatch(message::contains);
        assertThat(planted.isNamedBy(message))
            .as("seed %d: line %s in %s", seed, planted.faults(), message)
            .isTrue();
      }
    }
  }

  private static int run(TestDevice device, Planted planted) {
    TestKernels kernels = new TestKernels(device, Build.SM_90A, planted.file());
    long out = device.zeros(4096);
    if (planted.file().equals("planted_copies")) {
      float[] values = new float[16 * 32];
      Arrays.fill(values, 1.0f);
      long in = device.upload(values);
      Tensor tensor = Tensor.of(Element.F32, in, new long[] {32, 16}, new int[] {32, 8}, 0);
      return kernels.tryToRun(planted.name(), Shape.of(2, 64), out, in, tensor.map(device));
    }
    short[] ones = new short[64 * 64];
    Arrays.fill(ones, (short) 0x3f80);
    long in = device.upload(ones);
    Tensor tensor = Tensor.of(Element.BF16, in, new long[] {64, 64}, new int[] {64, 64}, 3);
    return kernels.tryToRun(planted.name(), Shape.of(1, 128), out, in, tensor.map(device));
  }
}
