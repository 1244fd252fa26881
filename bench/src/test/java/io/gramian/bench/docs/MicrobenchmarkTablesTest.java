package io.gramian.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.measure.Samples;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Lines;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MicrobenchmarkTablesTest {
  private static final Subject PLAN = new Subject("plan", "gram", "both", 16, 4, 64, "f32");
  private static final Subject LAUNCH =
      new Subject("launch", "empty kernel", "forward", 1, 0, 0, "");

  @Test
  void opsPlansAndLaunchesHaveATableEach() {
    String text =
        MicrobenchmarkTables.of(
            new Run(
                Lines.MACHINE,
                List.of(
                    line(Lines.SUBJECT, ours("cpu"), 0.01),
                    line(Lines.SUBJECT, Contestant.peer("PyTorch", "2.7", "cpu", 2), 0.5),
                    line(PLAN, ours("cpu"), 12.3e-6),
                    Line.absent(Line.JMH, PLAN, ours("emulated"), "no g++"),
                    line(LAUNCH, ours("emulated"), 0.25e-6),
                    line(LAUNCH, Contestant.peer("jcuda", "12", "emulated", 1), 1e-6))));

    assertThat(text.lines())
        .containsSubsequence(
            "| op | size | by | time (p20 to p80), ms | rate | against ours |",
            "| `contrastive volume`, both | B = 1024, k = 4, d = 512, f32 | PyTorch 2.7 |"
                + " 500 (500 to 500) |  | 50.0 x the time |",
            "| op | size | cpu, us | emulated, us |",
            "| `gram` | B = 16, k = 4, d = 64, f32 | 12.3 (12.3 to 12.3) | not measured: no g++ |",
            "| what | device | by | time (p20 to p80), us |",
            "| empty kernel | emulated | gramian | 0.250 (0.250 to 0.250) |",
            "| empty kernel | emulated | jcuda 12 | 1.00 (1.00 to 1.00) |");
  }

  @Test
  void whatWasNotMeasuredHasNoTable() {
    assertThat(
            MicrobenchmarkTables.of(new Run(Lines.MACHINE, List.of(line(PLAN, ours("cpu"), 1e-5)))))
        .contains("### Making a plan")
        .doesNotContain("### Ops", "### Enqueuing");
  }

  @Test
  void targetsAreNotJudgedByMicrobenchmarks() {
    Subject large = new Subject("contrastive", "volume", "both", 1024, 4, 512, "f32");
    Run run =
        new Run(
            Lines.MACHINE,
            List.of(
                line(large, ours("cpu"), 0.01),
                line(large, Contestant.peer("PyTorch eager", "2.7", "cpu", 2), 5)));
    Results results =
        new Results(List.of(new NamedRun("x-jmh.csv", run)), Map.of(), Training.none());

    assertThat(new Targets(results).table()).doesNotContain("x the speed");
  }

  private static Contestant ours(String device) {
    return new Contestant(Contestant.Role.OURS, "gramian", "1", device, 2);
  }

  private static Line line(Subject subject, Contestant by, double seconds) {
    return Line.timed(
        Line.JMH, subject, by, Timing.of(new Samples(seconds)), Work.NONE, Optional.empty());
  }
}
