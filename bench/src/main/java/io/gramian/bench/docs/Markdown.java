package io.gramian.bench.docs;

import java.util.List;
import java.util.stream.Collectors;

/** Tables of Markdown. */
final class Markdown {
  private Markdown() {}

  /** A table with its header. */
  static String table(List<String> header, List<List<String>> rows) {
    StringBuilder text = new StringBuilder(row(header));
    text.append("|").append("---|".repeat(header.size())).append("\n");
    rows.forEach(one -> text.append(row(one)));
    return text.toString();
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
