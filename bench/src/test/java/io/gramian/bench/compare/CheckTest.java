package io.gramian.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.bench.Settings;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.report.Agreement;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Workloads;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is to be timed passes the check before it: a case whose loss vanishes would not. */
class CheckTest {
  static List<Subject> subjects() {
    return Workloads.single(
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
            false,
            false,
            Interleaved.QUICK));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void theSmallCaseAgreesOnCpu(Subject subject) {
    try (Device device = Device.open("cpu")) {
      Agreement agreement = Check.ours(subject, true, device).agreement();

      assertThat(agreement.within(device.accuracy(DType.F32))).isTrue();
    }
  }
}
