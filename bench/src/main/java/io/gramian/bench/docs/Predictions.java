package io.gramian.bench.docs;

import io.gramian.bench.page.Figures;
import io.gramian.bench.report.Csv;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Ratios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What optimisations were expected to bring, written before it was measured, beside what the files
 * of the log say that they brought.
 */
final class Predictions {
  private static final Path FILE = Path.of("bench/results/log/predictions.csv");
  private static final List<String> HEADER =
      List.of("date", "change", "prediction", "file", "ops", "batches", "modalities");

  private final Results results;
  private final List<List<String>> rows;

  private Predictions(Results results, List<List<String>> rows) {
    this.results = results;
    this.rows = rows;
  }

  static Predictions read(Path root, Results results) throws IOException {
    List<List<String>> table = Csv.parse(Files.readString(root.resolve(FILE)));
    if (!table.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException(FILE + ": expected the columns " + HEADER);
    }
    return new Predictions(results, table.subList(1, table.size()));
  }

  /** The table. */
  String table() {
    List<List<String>> cells = new ArrayList<>();
    for (List<String> row : rows) {
      cells.add(List.of(row.get(0), row.get(1), row.get(2), outcome(row), row.get(3)));
    }
    return Markdown.table(List.of("date", "change", "prediction", "outcome", "measured in"), cells);
  }

  private String outcome(List<String> row) {
    String file = row.get(3);
    if (file.isEmpty()) {
      return "its measurements were not kept";
    }
    NamedRun run = results.log().get(file);
    if (run == null) {
      throw new IllegalArgumentException(FILE + ": no file " + file + " in the log");
    }
    List<String> ops = List.of(row.get(4).split(";"));
    List<String> batches = List.of(row.get(5).split(";"));
    List<String> modalities = List.of(row.get(6).split(";"));
    List<Line> lines =
        run.lines(
            line ->
                line.isOurs()
                    && ops.contains(line.subject().op())
                    && batches.contains(Integer.toString(line.subject().batch()))
                    && modalities.contains(Integer.toString(line.subject().modalities())));
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(FILE + ": " + file + " has no such line: " + row);
    }
    return lines.stream().map(line -> text(run, line)).collect(Collectors.joining("; "));
  }

  private static String text(NamedRun run, Line ours) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s B = %d, k = %d: %s ms",
            ours.subject().op(),
            ours.subject().batch(),
            ours.subject().modalities(),
            Figures.number(1e3 * ours.seconds().orElseThrow())));
    ours.flopsPerSecond()
        .ifPresent(
            rate -> text.append(", ").append(Figures.number(1e-9 * rate)).append(" GFLOP/s"));
    ours.fraction()
        .ifPresent(
            fraction ->
                text.append(", ")
                    .append(Figures.number(100 * fraction))
                    .append(" % of the ")
                    .append(ours.limit().orElseThrow().name()));
    for (Line peer : run.peers(ours)) {
      Ratios.speedup(ours, peer)
          .ifPresent(
              ratio ->
                  text.append(", ")
                      .append(Figures.number(ratio))
                      .append(" x the speed of ")
                      .append(peer.by().title()));
      Ratios.memory(ours, peer)
          .ifPresent(
              ratio ->
                  text.append(", ").append(Figures.number(100 * ratio)).append(" % of its memory"));
    }
    return text.toString();
  }
}
