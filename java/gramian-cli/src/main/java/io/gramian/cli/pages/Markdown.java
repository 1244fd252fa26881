package io.gramian.cli.pages;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tables of Markdown, and documents with places for them. */
public final class Markdown {
  private static final Pattern BLOCK =
      Pattern.compile("(<!-- generated:([a-z0-9-]+) -->)(.*?)(<!-- end -->)", Pattern.DOTALL);

  private Markdown() {}

  /**
   * A table.
   *
   * @param header titles of the columns
   * @param rows cells in the order of the header
   * @return the table, with a line feed at its end
   */
  public static String table(List<String> header, List<List<String>> rows) {
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

  /**
   * Fills places of a document, which stand between {@code <!-- generated:NAME -->} and {@code <!--
   * end -->}.
   *
   * @param text of the document
   * @param blocks by their names; what has another name stays as it is
   * @return the document
   */
  public static String fill(String text, Map<String, String> blocks) {
    return BLOCK
        .matcher(text)
        .replaceAll(
            place -> {
              String block = blocks.get(place.group(2));
              String filled =
                  block == null
                      ? place.group()
                      : place.group(1) + "\n" + block.strip() + "\n" + place.group(4);
              return Matcher.quoteReplacement(filled);
            });
  }
}
