package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.measure.Samples;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsoleReportTest {
  @Test
  void ratesAndRatiosComeFromMedians() {
    assertThat(Ratios.speedup(Lines.OURS, Lines.PEER)).hasValue(50);
    assertThat(Ratios.memory(Lines.OURS, Lines.PEER)).hasValue(0.01);
    assertThat(Ratios.speedup(Lines.OURS, Lines.ABSENT)).isEmpty();
    assertThat(Lines.OURS.flopsPerSecond()).hasValue(2e11);
    assertThat(Lines.OURS.bytesPerSecond()).isEmpty();
    assertThat(Lines.OURS.fraction()).hasValue(0.5);
    assertThat(Lines.ABSENT.fraction()).isEmpty();
  }

  @Test
  void showsEachSideAndItsRatio() {
    StringWriter text = new StringWriter();
    new ConsoleReport(new PrintWriter(text)).print(Lines.RUN.lines());

    assertThat(text.toString())
        .contains("contrastive volume both  B = 1024  k = 4  d = 512  f32")
        .contains("gramian (cpu)", "10.000 ms")
        .contains("200.0 GFLOP/s, 50 % of FMA peak, memory 10.0 MiB, differs by 1e-07")
        .contains("PyTorch", "gramian is 50.00 x as fast", "takes 1.0 % of its memory")
        .contains("MKL", "not measured: no \"library\", here");
  }

  @Test
  void shortTimesAreInMicroseconds() {
    Line line =
        Line.timed(
            Line.JMH,
            new Subject("launch", "empty kernel", "forward", 1, 0, 0, ""),
            Lines.OURS.by(),
            Timing.of(new Samples(0.25e-6)),
            Work.NONE,
            Optional.empty());
    StringWriter text = new StringWriter();
    new ConsoleReport(new PrintWriter(text)).print(List.of(line));

    assertThat(text.toString()).contains("0.250 us (p20 0.250").doesNotContain("k = 0");
  }
}
