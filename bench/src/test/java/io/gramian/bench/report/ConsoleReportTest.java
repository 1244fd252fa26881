package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
}
