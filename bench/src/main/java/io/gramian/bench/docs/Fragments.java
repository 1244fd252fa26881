package io.gramian.bench.docs;

import io.gramian.bench.page.Figures;
import io.gramian.bench.report.Column;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Ratios;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The blocks of documents, by name. */
final class Fragments {
  private static final int HEADLINE_BATCH = 1024;

  private Fragments() {}

  static Map<String, String> of(Path root, Results results) throws IOException {
    Map<String, String> fragments = new TreeMap<>();
    fragments.put("targets", new Targets(results).table());
    fragments.put("predictions", Predictions.read(root, results).table());
    fragments.put("columns", columns());
    fragments.put("speed", speed(results));
    TrainingTables training = new TrainingTables(results.training());
    fragments.put("training", training.overview());
    fragments.put("training-details", training.details());
    fragments.put("temperatures", training.temperatures());
    return fragments;
  }

  private static String columns() {
    return Markdown.table(
        List.of("column", "meaning"),
        Arrays.stream(Column.values())
            .map(column -> List.of("`" + column.title() + "`", column.meaning()))
            .toList());
  }

  /** Ours beside the peers, at one size of every loss: what a reader wants to know first. */
  private static String speed(Results results) {
    StringBuilder text = new StringBuilder();
    for (NamedRun run : results.newest()) {
      List<List<String>> rows = new ArrayList<>();
      for (Line ours : run.lines(line -> isHeadline(line))) {
        for (Line peer :
            run.lines(
                line ->
                    line.isPeer()
                        && line.subject().equals(ours.subject())
                        && line.time().isPresent())) {
          rows.add(
              List.of(
                  String.format(
                      Locale.ROOT,
                      "`%s`, B = %d, k = %d",
                      ours.subject().title(),
                      ours.subject().batch(),
                      ours.subject().modalities()),
                  Figures.number(1e3 * ours.seconds().orElseThrow()) + " ms",
                  peer.by().title(),
                  Figures.number(Ratios.speedup(ours, peer).orElseThrow()) + " x",
                  Ratios.memory(ours, peer).isPresent()
                      ? Figures.number(100 * Ratios.memory(ours, peer).getAsDouble()) + " %"
                      : ""));
        }
      }
      if (!rows.isEmpty()) {
        text.append(machine(run.run().machine()))
            .append(", `bench/results/")
            .append(run.file())
            .append("`:\n\n")
            .append(
                Markdown.table(
                    List.of(
                        "forward and backward, f32",
                        "gramian",
                        "peer",
                        "speed of gramian",
                        "memory of gramian"),
                    rows));
      }
    }
    return text.isEmpty() ? "Not measured yet." : text.toString();
  }

  private static boolean isHeadline(Line line) {
    return line.suite().equals(Line.BENCH)
        && line.isOurs()
        && line.time().isPresent()
        && line.subject().batch() == HEADLINE_BATCH
        && line.subject().pass().equals("both")
        && List.of("contrastive", "mmd", "semantic-density", "nt-xent", "set-clip")
            .contains(line.subject().op());
  }

  static String machine(Machine machine) {
    return machine.processor()
        + ", "
        + machine.cores()
        + " cores"
        + (machine.gpu().isEmpty() ? "" : ", " + machine.gpu() + " with driver " + machine.driver())
        + ", JDK "
        + machine.jdk()
        + ", "
        + machine.date()
        + ", load "
        + Figures.number(machine.load());
  }
}
