package io.gramian.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Lines;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsoleReportTest {
  @Test
  void showsEachSideAndItsRatio() {
    assertThat(print(Lines.RUN.lines()))
        .contains("contrastive volume both  B = 1024  k = 4  d = 512  f32")
        .contains("gramian (cpu)", "10.0 (8.80 to 11.2) ms")
        .contains("200 GFLOP/s, 50.0 % of FMA peak, 10.0 MiB, differs by 1e-07")
        .contains("PyTorch", "50.0 x the time, 100 x the memory")
        .contains("MKL", "not measured: no \"library\", here");
  }

  @Test
  void shortTimesAreInMicroseconds() {
    Line line =
        Line.timed(
            Line.JMH,
            new Subject("launch", "empty kernel", "forward", 1, 0, 0, ""),
            Lines.OURS.by(),
            Timing.of(0.25e-6),
            Work.NONE,
            Optional.empty());

    assertThat(print(List.of(line))).contains("0.250 (0.250 to 0.250) us").doesNotContain("k = 0");
  }

  @Test
  void whatDisturbedALineIsSaid() {
    assertThat(print(List.of(Lines.OURS.note("other work took 1.2 of 2 processors"))))
        .contains("other work took 1.2 of 2 processors");
  }

  private static String print(List<Line> lines) {
    StringWriter text = new StringWriter();
    new ConsoleReport(new PrintWriter(text)).print(lines);
    return text.toString();
  }
}
