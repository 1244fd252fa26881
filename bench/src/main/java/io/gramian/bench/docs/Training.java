package io.gramian.bench.docs;

import io.gramian.bench.report.Csv;
import java.util.List;

/**
 * The numbers of a training, {@code epochs.csv} of {@code gramian train}.
 *
 * @param file its name
 * @param rows epoch, measure, query, candidate, value
 */
record Training(String file, List<List<String>> rows) {
  private static final List<String> HEADER =
      List.of("epoch", "measure", "query", "candidate", "value");

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not one of {@code gramian train}
   */
  static Training read(String file, String text) {
    List<List<String>> table = Csv.parse(text);
    if (table.size() < 2 || !table.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException(file + ": expected the columns " + HEADER);
    }
    return new Training(file, table.subList(1, table.size()));
  }

  /** Number of the last epoch. */
  int epochs() {
    return rows.stream().mapToInt(row -> Integer.parseInt(row.getFirst())).max().orElseThrow();
  }

  /**
   * A measure after the last epoch.
   *
   * @param query what was looked for, {@code anchor} or a modality
   * @param candidate where, {@code tuple} or a modality
   * @throws IllegalArgumentException if the file does not have it
   */
  double last(String measure, String query, String candidate) {
    String epoch = Integer.toString(epochs());
    return rows.stream()
        .filter(row -> row.subList(0, 4).equals(List.of(epoch, measure, query, candidate)))
        .mapToDouble(row -> Double.parseDouble(row.get(4)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    file + ": no " + measure + " of " + query + " in " + candidate));
  }
}
