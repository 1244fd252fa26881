package io.gramian.bench.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Figures of speed, memory or accuracy that somebody typed into a document: they must come from a
 * file of measurements. Predictions and targets are no measurements; they stand under a heading
 * that says so. Code is left out.
 */
final class TypedFigures {
  private static final String NUMBER = "\\d[\\d,]*(?:\\.\\d+)?";

  private static final String OF_SPEED_OR_MEMORY =
      "[^.|]{0,60}\\b(?:time|speed|memory|peak|rate|limit|faster|slower|spread)\\b";

  private static final Pattern FIGURE =
      Pattern.compile(
          NUMBER
              + "\\s?(?:x\\s(?:as|faster|slower|the speed|the time|the memory)"
              + "|times (?:as|faster|slower)"
              + "|(?:ms|µs|us|ns|microseconds|milliseconds|nanoseconds)\\b"
              + "|[KMGT]?(?:B/s|FLOP/s|FLOPS)\\b"
              + "|%"
              + OF_SPEED_OR_MEMORY
              + ")|recall[^.|]{0,40}\\b0\\.\\d+",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern UNMEASURED =
      Pattern.compile("predict|target|limits|precision|numerics", Pattern.CASE_INSENSITIVE);

  private TypedFigures() {}

  /** The paragraphs with such figures, each with the number of its first line. */
  static List<String> in(String text) {
    List<String> found = new ArrayList<>();
    List<String> lines = Blocks.without(text).lines().toList();
    String[] headings = new String[7];
    StringBuilder paragraph = new StringBuilder();
    int begin = 0;
    boolean code = false;
    for (int i = 0; i <= lines.size(); i++) {
      String line = i < lines.size() ? lines.get(i) : "";
      boolean fence = line.startsWith("```");
      boolean ends = line.isBlank() || fence || line.startsWith("#") || line.startsWith("|");
      if (ends || line.startsWith("    ") && paragraph.isEmpty()) {
        check(headings, paragraph, begin, found);
        code ^= fence;
        if (line.startsWith("#") && !code) {
          enter(headings, line);
        }
      }
      boolean isText = !line.isBlank() && !line.startsWith("#") && !fence && !code;
      if (isText && !(line.startsWith("    ") && paragraph.isEmpty())) {
        begin = paragraph.isEmpty() ? i : begin;
        paragraph.append(line.strip()).append(' ');
      }
    }
    return found;
  }

  private static void check(
      String[] headings, StringBuilder paragraph, int begin, List<String> found) {
    if (!isUnmeasured(headings) && FIGURE.matcher(paragraph).find()) {
      found.add((begin + 1) + ": " + paragraph.toString().strip());
    }
    paragraph.setLength(0);
  }

  private static void enter(String[] headings, String line) {
    int level = Math.min(6, (int) line.chars().takeWhile(c -> c == '#').count());
    headings[level] = line;
    for (int deeper = level + 1; deeper < headings.length; deeper++) {
      headings[deeper] = null;
    }
  }

  private static boolean isUnmeasured(String[] headings) {
    for (String heading : headings) {
      if (heading != null && UNMEASURED.matcher(heading).find()) {
        return true;
      }
    }
    return false;
  }
}
