package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.cli.cases.BoundOp;
import io.gramian.cli.cases.CaseIndex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * On the emulated device every golden case gives the same bits whatever the order in which blocks
 * and threads run, and however many blocks run side by side.
 */
final class DeterminismTest {
  private static final long[] SEEDS = {1, 20, 300};
  private static final int[] WORKERS = {1, 3};

  @AfterAll
  static void reset() {
    EmulatedDriver driver = EmulatedDriver.require();
    driver.seed(0);
    driver.workers(Math.min(4, Runtime.getRuntime().availableProcessors()));
  }

  @TestFactory
  Stream<DynamicTest> everyOrderGivesTheSameBits() {
    EmulatedDriver driver = EmulatedDriver.require();
    List<CaseIndex.Case> cases;
    try (Device device = Device.open("emulated")) {
      cases = GoldenCases.of(device);
    }
    return cases.stream()
        .flatMap(
            one ->
                Stream.of(DType.F32, DType.BF16)
                    .map(
                        type ->
                            DynamicTest.dynamicTest(
                                one.name() + " " + type, () -> check(driver, one, type))));
  }

  private static void check(EmulatedDriver driver, CaseIndex.Case one, DType type)
      throws IOException {
    try (Device device = Device.open("emulated");
        BoundOp bound = GoldenCases.bind(device, one, type)) {
      Map<String, List<Long>> first = null;
      for (int workers : WORKERS) {
        driver.workers(workers);
        for (long seed : SEEDS) {
          driver.seed(seed);
          GoldenCases.poison(bound);
          bound.run();
          Map<String, List<Long>> bits = GoldenCases.bits(bound);
          if (first == null) {
            first = bits;
          }
          assertThat(bits).as("seed %d, %d workers", seed, workers).isEqualTo(first);
        }
      }
    }
  }
}
