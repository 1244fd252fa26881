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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpeedTableTest {
  private static final String EAGER = "PyTorch eager + MKL";
  private static final String CLOSED = "PyTorch closed form + MKL";

  private static final Subject VOLUME = subject("contrastive", "volume", 2048, 3);
  private static final Subject UNLISTED = subject("matching", "", 4096, 2);

  @Test
  void theFastestPeerComesFirst() {
    String text =
        table(
            Lines.MACHINE,
            ours(VOLUME, 0.01).memory(10),
            peer(VOLUME, EAGER, 0.2).memory(1000),
            peer(VOLUME, CLOSED, 0.03).memory(500));

    assertThat(text.lines())
        .contains(
            "| `contrastive volume`, B = 2048, k = 3 | 10.0 ms | 50.0 % | "
                + CLOSED
                + " | 3.00 x | 20.0 x | 2.00 % |");
    assertThat(text).doesNotContain("older");
  }

  @Test
  void aRunWithoutClosedFormsSaysSo() {
    assertThat(table(Lines.MACHINE, ours(VOLUME, 0.01), peer(VOLUME, EAGER, 0.2)))
        .contains("| " + EAGER + " | 20.0 x | 20.0 x |")
        .contains("older than the closed forms");
  }

  @Test
  void whatIsNotMeasuredHasNoRow() {
    Subject jgcs = subject("contrastive", "jgcs", 1024, 3);
    Line absent =
        Line.absent(Line.BENCH, jgcs, Contestant.peer(EAGER, "1", "cpu", 2), "no library");

    assertThat(
            table(Lines.MACHINE, ours(VOLUME, 1), peer(VOLUME, EAGER, 2), ours(jgcs, 1), absent)
                .lines()
                .filter(line -> line.startsWith("| `")))
        .hasSize(1);
    assertThat(table(Lines.MACHINE, ours(VOLUME, 1))).isEqualTo("Not measured yet.");
  }

  @Test
  void theRestOfTheRunIsSummedUpWithWhatIsSlower() {
    assertThat(
            table(
                Lines.MACHINE,
                ours(VOLUME, 1),
                peer(VOLUME, EAGER, 20),
                peer(VOLUME, CLOSED, 3),
                ours(UNLISTED, 2),
                peer(UNLISTED, EAGER, 1)))
        .contains("faster than the fastest peer in 1 of 2 cases, by 0.500 to 3.00 x")
        .contains("; slower in some of `matching`.")
        .doesNotContain("| `matching`");
  }

  @Test
  void aBusyMachineIsNamedAsOne() {
    Machine busy = new Machine("2026-01-02", "", "X", 2, "", "", "25", "Linux amd64", 2);

    assertThat(table(busy, ours(VOLUME, 1), peer(VOLUME, EAGER, 2))).contains("hints, not results");
    assertThat(table(Lines.MACHINE, ours(VOLUME, 1), peer(VOLUME, EAGER, 2)))
        .doesNotContain("hints");
  }

  private static String table(Machine machine, Line... lines) {
    return SpeedTable.of(Map.of("x.csv", new Run(machine, List.of(lines))));
  }

  private static Subject subject(String op, String variant, int batch, int k) {
    return new Subject(op, variant, "both", batch, k, 512, "f32");
  }

  private static Line ours(Subject subject, double seconds) {
    return timed(subject, new Contestant(Contestant.Role.OURS, "gramian", "1", "cpu", 2), seconds);
  }

  private static Line peer(Subject subject, String name, double seconds) {
    return timed(subject, Contestant.peer(name, "1", "cpu", 2), seconds);
  }

  private static Line timed(Subject subject, Contestant by, double seconds) {
    return Line.timed(
        Line.BENCH,
        subject,
        by,
        Timing.of(seconds),
        Work.flops(1e9 * seconds),
        Optional.of(new Limit(Limit.FMA, 2e9)));
  }
}
