package io.gramian.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Lines;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
  private static final Run TWO_SIZES =
      new Run(
          Lines.MACHINE,
          List.of(
              line(256, Contestant.Role.OURS, 0.001),
              line(256, Contestant.Role.PEER, 0.04),
              line(1024, Contestant.Role.OURS, 0.01),
              line(1024, Contestant.Role.PEER, 0.5)));

  @TempDir private Path folder;

  @Test
  void curvesNeedTwoSizes() throws IOException {
    assertThat(Charts.of(TWO_SIZES))
        .containsOnlyKeys(
            "bench-contrastive-volume-both-k4-f32-time",
            "bench-contrastive-volume-both-k4-f32-memory");
    assertThat(Charts.of(Lines.RUN)).isEmpty();
  }

  @Test
  void thePageIsCompleteAndSaysWhatIsMissing() throws IOException {
    List<Line> lines = new ArrayList<>(Lines.RUN.lines());
    lines.addAll(TWO_SIZES.lines());
    ReportFiles.writePage(folder, new Run(Lines.MACHINE, lines));

    assertThat(Files.readString(folder.resolve(ReportFiles.PAGE)))
        .contains("Processor &quot;X&quot;, fast", "data:image/png;base64,", "10.0 (")
        .contains("not measured: no &quot;library&quot;, here", "50.0 x the time")
        .contains("prefers-color-scheme: dark")
        .doesNotContain("<script", "<link", "src=\"charts", "{{", "hints");
  }

  @Test
  void aBusyMachineIsNamedAsOne() throws IOException {
    Machine busy = new Machine("2026-01-02", "", "X", 2, "", "", "25", "Linux amd64", 2);
    ReportFiles.writePage(folder, new Run(busy, Lines.RUN.lines()));

    assertThat(folder.resolve(ReportFiles.PAGE)).content().contains("hints, not results");
  }

  private static Line line(int batch, Contestant.Role role, double seconds) {
    Subject subject = new Subject("contrastive", "volume", "both", batch, 4, 512, "f32");
    return Line.timed(
            Line.BENCH,
            subject,
            new Contestant(role, role == Contestant.Role.OURS ? "gramian" : "A & B", "1", "cpu", 2),
            Timing.of(seconds),
            Work.flops(2e9),
            Optional.of(new Limit(Limit.FMA, 4e12)))
        .memory(batch * 1000L);
  }
}
