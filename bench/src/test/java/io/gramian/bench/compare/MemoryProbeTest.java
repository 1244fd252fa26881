package io.gramian.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.bench.Settings;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.report.Subject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryProbeTest {
  @Test
  void anAnswerIsFoundAmongOtherOutput() {
    assertThat(MemoryProbe.Peak.decode("some library says hello\npeak-memory 123456789 42\n"))
        .hasValue(new MemoryProbe.Peak(123_456_789L, 42));
    assertThat(MemoryProbe.Peak.decode("OutOfMemoryError\n")).isEmpty();
  }

  @Test
  void aProcessSaysWhatOneRunTook() {
    assumeTrue(MemoryProbe.isAvailable(), "needs /proc/self/status");
    Subject subject = new Subject("matching", "", Subject.BOTH, 4096, 2, 64, "f32");
    Settings settings =
        new Settings(
            "cpu",
            1,
            List.of(),
            List.of(),
            List.of(),
            0,
            false,
            "any",
            true,
            false,
            false,
            new Interleaved(1, 0, 0));

    Optional<MemoryProbe.Peak> peak = MemoryProbe.measure("cpu", settings, subject);

    assertThat(peak).isPresent();
    assertThat(peak.get().growth()).isNotNegative().isLessThan(256 << 20);
    assertThat(MemoryProbe.measure("sorting", settings, subject)).isEmpty();
  }
}
