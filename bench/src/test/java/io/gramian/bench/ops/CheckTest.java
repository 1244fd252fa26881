package io.gramian.bench.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.Agreement;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.CheckSize;
import io.gramian.bench.measure.Interleaved;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is to be timed passes the check before it: a case whose loss vanishes would not. */
class CheckTest {
  static List<CaseShape> shapes() {
    return Shapes.single(
        new Settings(
            "cpu",
            1,
            List.of(),
            List.of(),
            List.of(),
            0,
            false,
            "any",
            false,
            CheckSize.SMALL,
            false,
            Interleaved.QUICK));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theSmallCaseAgreesOnCpu(CaseShape shape) {
    try (Device device = Device.open("cpu")) {
      Agreement agreement = Check.ours(shape, CheckSize.SMALL, device);

      assertThat(agreement.within(new Agreement(2e-6, 2e-5))).isTrue();
    }
  }
}
