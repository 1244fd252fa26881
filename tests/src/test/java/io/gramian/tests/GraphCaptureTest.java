package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Stream;
import io.gramian.cli.cases.BoundOp;
import io.gramian.cli.cases.CaseIndex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A run of any op can be captured into a CUDA graph, where an allocation or a wait is an error, and
 * its replays give the bits of a direct run.
 */
final class GraphCaptureTest {
  @TestFactory
  java.util.stream.Stream<DynamicTest> replaysGiveTheBitsOfADirectRun() {
    EmulatedDriver driver = EmulatedDriver.require();
    List<CaseIndex.Case> cases;
    try (Device device = Device.open("emulated")) {
      cases = GoldenCases.of(device);
    }
    return cases.stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> check(driver, one)));
  }

  private static void check(EmulatedDriver driver, CaseIndex.Case one) throws IOException {
    try (Device device = Device.open("emulated");
        EmulatedDriver.Primary _ = driver.new Primary();
        BoundOp bound = GoldenCases.bind(device, one, DType.BF16);
        Stream stream = device.newStream()) {
      bound.run();
      Map<String, List<Long>> direct = GoldenCases.bits(bound);
      GoldenCases.poison(bound);
      try (EmulatedDriver.Graph graph = driver.capture(stream.handle(), () -> bound.run(stream))) {
        assertThat(graph.nodes()).isPositive();
        assertThat(GoldenCases.bits(bound)).as("before the graph runs").isNotEqualTo(direct);
        for (int replay = 0; replay < 2; replay++) {
          GoldenCases.poison(bound);
          graph.launch(stream.handle());
          stream.synchronize();
          assertThat(GoldenCases.bits(bound)).as("replay %d", replay).isEqualTo(direct);
        }
      }
    }
  }
}
