package io.gramian.bench.docs;

import io.gramian.bench.report.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The blocks of documents, by name. */
final class Fragments {
  private Fragments() {}

  static Map<String, String> of(Path root, Results results) throws IOException {
    Map<String, String> fragments = new TreeMap<>();
    fragments.put("targets", new Targets(results).table());
    fragments.put("predictions", Predictions.read(root, results).table());
    fragments.put("columns", columns());
    fragments.put("speed", SpeedTable.of(results.newest()));
    TrainingTables training = new TrainingTables(results.training());
    fragments.put("training", training.overview());
    fragments.put("training-claims", training.claims());
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
}
