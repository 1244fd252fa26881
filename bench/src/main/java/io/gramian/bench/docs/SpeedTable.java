package io.gramian.bench.docs;

import io.gramian.bench.cases.OpCases;
import io.gramian.bench.page.Figures;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Ratios;
import io.gramian.bench.report.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Ours beside the peers at the sizes that say most: what a reader wants to know first. */
final class SpeedTable {
  private static final int DIMENSION = 512;
  private static final String DTYPE = "f32";

  private static final List<String> HEADER =
      List.of(
          "forward and backward, d = " + DIMENSION + ", " + DTYPE,
          "gramian",
          "of the " + Limit.FMA,
          "peer",
          "speed of gramian",
          "memory of gramian");

  /** The sizes of the targets; CLIP's loss; losses over whole sets at the largest batch. */
  private static final List<Subject> SUBJECTS =
      List.of(
          loss("contrastive", "volume", 1024, 3),
          loss("contrastive", "volume", 1024, 4),
          loss("contrastive", "volume", 1024, 5),
          loss("contrastive", "volume", 2048, 3),
          loss("contrastive", "volume", 2048, 4),
          loss("contrastive", "volume", 2048, 5),
          loss("contrastive", "cosine", 1024, 2),
          loss("mmd", "", 4096, 2),
          loss("semantic-density", "", 4096, 2),
          loss("nt-xent", "", 2048, 2),
          loss("nt-xent", "", 4096, 2),
          matmul(1024),
          matmul(4096));

  private SpeedTable() {}

  /** A table per machine; what was not measured is not shown. */
  static String of(Collection<NamedRun> runs) {
    StringBuilder text = new StringBuilder();
    for (NamedRun run : runs) {
      List<List<String>> rows = rows(run);
      if (run.suite().equals(Line.BENCH) && !rows.isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n")
            .append(source(run))
            .append("\n\n")
            .append(Markdown.table(HEADER, rows))
            .append("\n")
            .append(summary(run))
            .append("\n");
      }
    }
    return text.isEmpty() ? "Not measured yet." : text.toString();
  }

  private static String source(NamedRun run) {
    String warning = MachineText.warning(run.run().machine());
    return MachineText.of(run.run().machine())
        + " (`bench/results/"
        + run.file()
        + "`)."
        + (warning.isEmpty() ? "" : " " + warning);
  }

  private static Subject loss(String op, String variant, int batch, int k) {
    return new Subject(op, variant, "both", batch, k, DIMENSION, DTYPE);
  }

  private static Subject matmul(int batch) {
    return new Subject(OpCases.MATMUL, "", "forward", batch, 2, DIMENSION, DTYPE);
  }

  private static List<List<String>> rows(NamedRun run) {
    List<List<String>> rows = new ArrayList<>();
    for (Subject subject : SUBJECTS) {
      for (Line ours : run.lines(line -> isTimed(line) && line.subject().equals(subject))) {
        run.peers(ours).forEach(peer -> rows.add(row(ours, peer)));
      }
    }
    return rows;
  }

  private static boolean isTimed(Line line) {
    return line.isOurs() && line.time().isPresent();
  }

  private static List<String> row(Line ours, Line peer) {
    boolean ofPeak =
        ours.fraction().isPresent() && ours.limit().orElseThrow().name().equals(Limit.FMA);
    return List.of(
        name(ours.subject()),
        Figures.number(1e3 * ours.seconds().orElseThrow()) + " ms",
        ofPeak ? percent(ours.fraction().getAsDouble()) : "",
        peer.by().title(),
        Figures.number(Ratios.speedup(ours, peer).orElseThrow()) + " x",
        Ratios.memory(ours, peer).isPresent()
            ? percent(Ratios.memory(ours, peer).getAsDouble())
            : "");
  }

  private static String name(Subject subject) {
    return "`"
        + subject.title()
        + "`"
        + (subject.pass().equals("both") ? "" : ", " + subject.pass())
        + ", B = "
        + subject.batch()
        + (subject.modalities() > 2 ? ", k = " + subject.modalities() : "");
  }

  private static String percent(double fraction) {
    return Figures.number(100 * fraction) + " %";
  }

  /** What all comparisons of the run come to, so that the rows above do not stand for the rest. */
  private static String summary(NamedRun run) {
    List<Double> speedups = new ArrayList<>();
    Set<String> slower = new TreeSet<>();
    for (Line ours : run.lines(SpeedTable::isTimed)) {
      for (Line peer : run.peers(ours)) {
        double speedup = Ratios.speedup(ours, peer).orElseThrow();
        speedups.add(speedup);
        if (speedup < 1) {
          slower.add("`" + ours.subject().title() + "`");
        }
      }
    }
    return String.format(
        Locale.ROOT,
        "Over all ops and sizes gramian was faster in %d of %d comparisons, %s the speed of the"
            + " peer%s.",
        speedups.stream().filter(speedup -> speedup > 1).count(),
        speedups.size(),
        Span.of(speedups).text(1, " x"),
        slower.isEmpty() ? "" : "; slower in some of " + String.join(", ", slower));
  }
}
