package io.gramian.bench.page;

import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Workloads;
import io.gramian.cli.pages.Markdown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Ours beside the peers at the sizes that say most: what a reader wants to know first. */
final class SpeedTable {
  private static final String PUBLISHED = "PyTorch eager";
  private static final String CLOSED = "PyTorch closed form";

  private static final List<String> HEADER =
      List.of(
          "forward and backward, d = 512, f32",
          "gramian",
          "of the " + Limit.FMA,
          "the fastest peer",
          "gramian is faster by",
          "and than the published expression by",
          "memory beside the fastest peer");

  private static final List<Subject> SUBJECTS =
      List.of(
          loss("contrastive", "volume", 1024, 3),
          loss("contrastive", "volume", 1024, 4),
          loss("contrastive", "volume", 1024, 5),
          loss("contrastive", "volume", 2048, 3),
          loss("contrastive", "volume", 2048, 4),
          loss("contrastive", "volume", 2048, 5),
          loss("contrastive", "jgcs", 1024, 3),
          loss("contrastive", "area", 512, 3),
          loss("contrastive", "cosine", 1024, 2),
          loss("mmd", "", 4096, 2),
          loss("semantic-density", "", 4096, 2),
          loss("nt-xent", "", 2048, 2),
          new Subject(Workloads.MATMUL, "", Subject.FORWARD, 4096, 2, 512, "f32"));

  private SpeedTable() {}

  private static Subject loss(String op, String variant, int batch, int modalities) {
    return new Subject(op, variant, Subject.BOTH, batch, modalities, 512, "f32");
  }

  /**
   * A table per machine; what was not measured has no row.
   *
   * @param runs by the names of their files
   */
  static String of(Map<String, Run> runs) {
    StringBuilder text = new StringBuilder();
    runs.forEach(
        (file, run) -> {
          List<List<String>> rows =
              SUBJECTS.stream().flatMap(subject -> row(run, subject).stream()).toList();
          if (run.suite().equals(Line.BENCH) && !rows.isEmpty()) {
            text.append(text.isEmpty() ? "" : "\n")
                .append(Docs.origin(file, run, ""))
                .append("\n")
                .append(Markdown.table(HEADER, rows))
                .append("\n")
                .append(summary(run))
                .append("\n");
          }
        });
    return text.isEmpty() ? "Not measured yet." : text.toString();
  }

  private static Optional<List<String>> row(Run run, Subject subject) {
    Optional<Line> ours = run.ours(subject);
    Optional<Line> fastest = ours.flatMap(line -> fastest(run, subject));
    if (fastest.isEmpty()) {
      return Optional.empty();
    }
    Line us = ours.get();
    boolean ofPeak = us.fraction().isPresent() && us.limit().orElseThrow().name().equals(Limit.FMA);
    Optional<Line> published =
        run.peers(subject).stream()
            .filter(peer -> peer.by().name().startsWith(PUBLISHED))
            .findFirst();
    return Optional.of(
        List.of(
            Figures.subject(subject),
            Figures.number(1e3 * us.seconds().orElseThrow()) + " ms",
            ofPeak ? Figures.percent(us.fraction().getAsDouble()) : "",
            fastest.get().by().title(),
            Figures.times(us.speedup(fastest.get())),
            published.map(peer -> Figures.times(us.speedup(peer))).orElse(""),
            us.memoryFraction(fastest.get()).isPresent()
                ? Figures.percent(us.memoryFraction(fastest.get()).getAsDouble())
                : ""));
  }

  private static Optional<Line> fastest(Run run, Subject subject) {
    return run.peers(subject).stream()
        .min(Comparator.comparingDouble(peer -> peer.seconds().orElseThrow()));
  }

  /** What all comparisons of the run come to, so that the rows above do not stand for the rest. */
  private static String summary(Run run) {
    List<Double> speedups = new ArrayList<>();
    Set<String> slower = new TreeSet<>();
    for (Line ours : run.lines()) {
      if (ours.isOurs() && ours.time().isPresent()) {
        fastest(run, ours.subject())
            .map(peer -> ours.speedup(peer).orElseThrow())
            .ifPresent(
                speedup -> {
                  speedups.add(speedup);
                  if (speedup < 1) {
                    slower.add("`" + ours.subject().title() + "`");
                  }
                });
      }
    }
    boolean hasClosedForm =
        run.lines().stream().anyMatch(line -> line.by().name().startsWith(CLOSED));
    return String.format(
        Locale.ROOT,
        "Over all ops and sizes gramian was faster than the fastest peer in %d of %d cases, by %s"
            + " to %s x%s.%s",
        speedups.stream().filter(speedup -> speedup > 1).count(),
        speedups.size(),
        Figures.number(speedups.stream().mapToDouble(s -> s).min().orElse(0)),
        Figures.number(speedups.stream().mapToDouble(s -> s).max().orElse(0)),
        slower.isEmpty() ? "" : "; slower in some of " + String.join(", ", slower),
        hasClosedForm
            ? ""
            : " The run is older than the closed forms in PyTorch among the peers; its ratios are"
                + " to the published expressions.");
  }
}
