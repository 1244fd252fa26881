package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineTest {
  @Test
  void ratesAndRatiosComeFromMedians() {
    assertThat(Lines.OURS.speedup(Lines.PEER)).hasValue(50);
    assertThat(Lines.OURS.memoryFraction(Lines.PEER)).hasValue(0.01);
    assertThat(Lines.OURS.speedup(Lines.ABSENT)).isEmpty();
    assertThat(Lines.OURS.flopsPerSecond()).hasValue(2e11);
    assertThat(Lines.OURS.bytesPerSecond()).isEmpty();
    assertThat(Lines.OURS.fraction()).hasValue(0.5);
    assertThat(Lines.ABSENT.fraction()).isEmpty();
  }

  /** A peak that was measured while other work had the processors would be exceeded 250 times. */
  @ParameterizedTest
  @CsvSource({
    "FMA peak, 0.5, true",
    "FMA peak, 1.04, true",
    "FMA peak, 251.74, false",
    "memory copy, 1.4, true",
    "memory copy, 2.5, false"
  })
  void aFractionThatCannotBeIsRefused(String limit, double fraction, boolean possible) {
    Line line =
        Line.timed(
            Line.BENCH,
            Lines.SUBJECT,
            Lines.OURS.by(),
            Timing.of(1),
            Work.flops(1e9 * fraction),
            Optional.of(new Limit(limit, 1e9)));

    assertThat(line.fraction().isPresent()).isEqualTo(possible);
    assertThat(line.note().contains("machine was busy")).isEqualTo(!possible);
    assertThat(line.time()).isPresent();
  }
}
