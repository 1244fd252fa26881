package io.gramian.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.measure.Samples;
import io.gramian.bench.page.Figures;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Lines;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final Machine GPU =
      new Machine("2026-01-02", "", "X", 8, "NVIDIA H100", "550", "25", "Linux amd64", 0);

  @Test
  void withoutAGpuItsTargetsAreOpen() {
    String table = table(Lines.RUN.machine(), Lines.RUN.lines());

    assertThat(rows(table, "cuda"))
        .hasSize(4)
        .allMatch(row -> row.endsWith("not measured: no GPU | open |"));
    assertThat(rows(table, "launch")).allMatch(row -> row.contains("not measured: no GPU"));
  }

  @Test
  void speedAndMemoryAreJudgedApart() {
    assertThat(contrastive(30, 0.01)).endsWith(" met |");
    assertThat(contrastive(7, 0.01)).contains("speed **missed**, memory met");
    assertThat(contrastive(30, 0.04)).contains("speed met, memory **missed**");
  }

  @Test
  void whatThePeakWouldAllowStandsBesideWhatWasMeasured() {
    double fraction = Lines.OURS.fraction().orElseThrow();

    assertThat(contrastive(7, 0.01))
        .contains(" (" + Figures.number(7 / fraction) + " x if its matrix products ran at the FMA");
  }

  @Test
  void fractionsAreHeldAgainstTheirTargets() {
    Subject gram = new Subject("gram", "", "forward", 65536, 4, 512, "f32");
    Subject loss = new Subject("contrastive", "volume", "both", 1048576, 4, 512, "bf16");

    String table = table(GPU, List.of(cuda(gram, 0.9), cuda(loss, 0.5)));

    assertThat(rows(table, "batched")).allMatch(row -> row.endsWith("90.0 % | met |"));
    assertThat(rows(table, "bf16"))
        .allMatch(row -> row.contains("portable path met, Hopper path **missed**"));
    assertThat(rows(table, "largest batch")).allMatch(row -> row.endsWith("B = 1,048,576 | met |"));
    assertThat(rows(table, "nway")).allMatch(row -> row.endsWith("not measured | open |"));
  }

  private static Line cuda(Subject subject, double fraction) {
    return Line.timed(
        Line.GPU,
        subject,
        new Contestant(Contestant.Role.OURS, "gramian", "1", "cuda", 1),
        Timing.of(new Samples(1)),
        Work.bytes(1e9 * fraction),
        Optional.of(new Limit(Limit.DEVICE_COPY, 1e9)));
  }

  private static String contrastive(double speedup, double memory) {
    Line ours = Lines.OURS.memory(OptionalLong.of((long) (1e9 * memory)));
    Line peer =
        Line.timed(
                Line.BENCH,
                Lines.SUBJECT,
                Contestant.peer("PyTorch eager + MKL", "2", "cpu", 2),
                Timing.of(new Samples(0.010 * speedup)),
                Work.NONE,
                Optional.empty())
            .memory(OptionalLong.of((long) 1e9));
    return rows(table(Lines.MACHINE, List.of(ours, peer)), "cpu contrastive").getFirst();
  }

  private static List<String> rows(String table, String what) {
    return table
        .lines()
        .filter(row -> row.split("\\|").length > 1 && row.split("\\|")[1].contains(what))
        .toList();
  }

  private static String table(Machine machine, List<Line> lines) {
    NamedRun run = new NamedRun("run.csv", new Run(machine, lines));
    return new Targets(new Results(List.of(run), Map.of(), Training.none())).table();
  }
}
