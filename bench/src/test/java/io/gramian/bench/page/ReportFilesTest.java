package io.gramian.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.measure.Samples;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Lines;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportFilesTest {
  private static final Run TWO_SIZES =
      new Run(
          Lines.MACHINE,
          List.of(
              line(256, Contestant.Role.OURS, 0.001),
              line(256, Contestant.Role.PEER, 0.04),
              line(1024, Contestant.Role.OURS, 0.01),
              line(1024, Contestant.Role.PEER, 0.5)));

  @Test
  void chartsOfTimeMemoryAndFractionsAreXml() throws Exception {
    Map<String, String> charts = ReportFiles.charts(TWO_SIZES);

    assertThat(charts)
        .containsOnlyKeys(
            "fractions.svg",
            "bench-contrastive-volume-both-k4-f32-time.svg",
            "bench-contrastive-volume-both-k4-f32-memory.svg");
    for (String svg : charts.values()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(svg)));
    }
    assertThat(charts.get("bench-contrastive-volume-both-k4-f32-time.svg"))
        .contains("gramian (cpu)", "A &amp; B", "batch B")
        .contains("B = 1024: 500.0 ms");
    assertThat(charts.get("fractions.svg")).contains("50 % of FMA peak");
  }

  @Test
  void oneSizeMakesNoCurve() {
    assertThat(ReportFiles.charts(Lines.RUN)).containsOnlyKeys("fractions.svg");
  }

  @Test
  void thePageIsCompleteAndSaysWhatIsMissing(@TempDir Path folder) throws IOException {
    ReportFiles.write(folder, Lines.RUN);

    assertThat(Files.readString(folder.resolve(ReportFiles.PAGE)))
        .contains("Processor &quot;X&quot;, fast", "<svg", "10.0 (")
        .contains("not measured: no &quot;library&quot;, here", "50.0 x the time")
        .doesNotContain("<script", "<link", "<img");
    assertThat(folder.resolve("measurements.csv")).isNotEmptyFile();
    assertThat(folder.resolve("charts/fractions.svg")).isNotEmptyFile();
  }

  private static Line line(int batch, Contestant.Role role, double seconds) {
    Subject subject = new Subject("contrastive", "volume", "both", batch, 4, 512, "f32");
    return Line.timed(
            Line.BENCH,
            subject,
            new Contestant(role, role == Contestant.Role.OURS ? "gramian" : "A & B", "1", "cpu", 2),
            Timing.of(new Samples(seconds)),
            Work.flops(2e9),
            Optional.of(new Limit(Limit.FMA, 4e11)))
        .memory(OptionalLong.of(batch * 1000L));
  }
}
