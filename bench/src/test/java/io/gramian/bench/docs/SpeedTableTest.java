package io.gramian.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.bench.measure.Samples;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Lines;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SpeedTableTest {
  private static final Subject VOLUME = subject("contrastive", "volume", "both", 2048, 3);
  private static final Subject MATMUL = subject("matmul", "", "forward", 4096, 2);
  private static final Subject UNLISTED = subject("matching", "", "both", 4096, 2);

  @Test
  void everyRowSaysHowFarFromThePeakAndFromThePeer() {
    String text =
        table(
            Lines.MACHINE,
            ours(VOLUME, 0.01).memory(OptionalLong.of(10)),
            peer(VOLUME, 0.2).memory(OptionalLong.of(1000)),
            ours(MATMUL, 0.01),
            peer(MATMUL, 0.02));

    assertThat(text.lines())
        .contains(
            "| `contrastive volume`, B = 2048, k = 3 | 10.0 ms | 50.0 % | peer | 20.0 x | 1.00 % |",
            "| `matmul`, forward, B = 4096 | 10.0 ms | 50.0 % | peer | 2.00 x |  |");
  }

  @Test
  void whatIsNotMeasuredHasNoRow() {
    Line absent = Line.absent(Line.BENCH, MATMUL, by(Contestant.Role.PEER), "no library");

    assertThat(
            table(Lines.MACHINE, ours(VOLUME, 1), peer(VOLUME, 2), ours(MATMUL, 1), absent)
                .lines()
                .filter(line -> line.startsWith("| `")))
        .hasSize(1);
    assertThat(table(Lines.MACHINE, ours(VOLUME, 1))).isEqualTo("Not measured yet.");
  }

  @Test
  void microbenchmarksAreAnotherMatter() {
    List<Line> lines = new ArrayList<>(List.of(timed(Line.JMH, VOLUME, Contestant.Role.OURS, 1)));
    lines.add(timed(Line.JMH, VOLUME, Contestant.Role.PEER, 2));

    assertThat(SpeedTable.of(List.of(new NamedRun("x.csv", new Run(Lines.MACHINE, lines)))))
        .isEqualTo("Not measured yet.");
  }

  @Test
  void theRestOfTheRunIsSummedUpWithWhatIsSlower() {
    assertThat(
            table(
                Lines.MACHINE,
                ours(VOLUME, 1),
                peer(VOLUME, 20),
                ours(UNLISTED, 2),
                peer(UNLISTED, 1)))
        .contains("faster in 1 of 2 comparisons, 0.500 to 20.0 x the speed of the peer")
        .contains("; slower in some of `matching`.")
        .doesNotContain("| `matching`");
    assertThat(table(Lines.MACHINE, ours(VOLUME, 1), peer(VOLUME, 20))).doesNotContain("slower");
  }

  @Test
  void aBusyMachineIsNamedAsOne() {
    Machine busy = new Machine("2026-01-02", "", "X", 2, "", "", "25", "Linux amd64", 2);

    assertThat(table(busy, ours(VOLUME, 1), peer(VOLUME, 2))).contains("hints, not results");
    assertThat(table(Lines.MACHINE, ours(VOLUME, 1), peer(VOLUME, 2))).doesNotContain("hints");
  }

  private static String table(Machine machine, Line... lines) {
    return SpeedTable.of(List.of(new NamedRun("x.csv", new Run(machine, Arrays.asList(lines)))));
  }

  private static Subject subject(String op, String variant, String pass, int batch, int k) {
    return new Subject(op, variant, pass, batch, k, 512, "f32");
  }

  private static Line ours(Subject subject, double seconds) {
    return timed(Line.BENCH, subject, Contestant.Role.OURS, seconds);
  }

  private static Line peer(Subject subject, double seconds) {
    return timed(Line.BENCH, subject, Contestant.Role.PEER, seconds);
  }

  private static Line timed(String suite, Subject subject, Contestant.Role role, double seconds) {
    return Line.timed(
        suite,
        subject,
        by(role),
        Timing.of(new Samples(seconds)),
        Work.flops(1e9 * seconds),
        Optional.of(new Limit(Limit.FMA, 2e9)));
  }

  private static Contestant by(Contestant.Role role) {
    return new Contestant(role, role == Contestant.Role.PEER ? "peer" : "gramian", "1", "cpu", 2);
  }
}
