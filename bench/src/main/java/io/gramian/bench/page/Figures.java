package io.gramian.bench.page;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Lines as rows of a table: the terminal, pages and documents show the same.
 *
 * @param header titles of the columns that have a figure
 * @param rows cells in the order of the header, in the order of the lines
 */
record Figures(List<String> header, List<List<String>> rows) {
  private static final List<String> HEADER =
      List.of(
          "what",
          "B",
          "by",
          "time (p20 to p80)",
          "rate",
          "of the limit",
          "memory",
          "against ours",
          "note");

  /** Columns that a heading stands for: what, the batch and by whom. */
  private static final int KEYS = 3;

  private static final double MEBI = 1024 * 1024;
  private static final int MOST_DIGITS = 8;

  /** Shorter times are shown in microseconds. */
  private static final double SMALL_SECONDS = 1e-4;

  /** The table of lines that differ in their batch and in who did them. */
  static Figures ofCurves(List<Line> lines) {
    return of(lines, 1);
  }

  /** The table of any lines. */
  static Figures of(List<Line> lines) {
    return of(lines, 0);
  }

  private static Figures of(List<Line> lines, int leftOut) {
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      rows.add(cells(line, ours(lines, line)));
    }
    List<Integer> shown =
        IntStream.range(leftOut, HEADER.size())
            .filter(i -> rows.stream().anyMatch(row -> !row.get(i).isEmpty()))
            .boxed()
            .toList();
    return new Figures(
        shown.stream().map(HEADER::get).toList(),
        rows.stream().map(row -> shown.stream().map(row::get).toList()).toList());
  }

  /** What there is to say of a line under a heading that says whose it is. */
  static List<String> of(Line line, List<Line> beside) {
    List<String> cells = cells(line, ours(beside, line));
    return cells.subList(KEYS, cells.size()).stream().filter(cell -> !cell.isEmpty()).toList();
  }

  private static Optional<Line> ours(List<Line> lines, Line line) {
    return lines.stream()
        .filter(one -> one.isOurs() && one.subject().equals(line.subject()))
        .findFirst();
  }

  private static List<String> cells(Line line, Optional<Line> ours) {
    return List.of(
        "`" + line.subject().title() + "`",
        Integer.toString(line.subject().batch()),
        by(line),
        time(line),
        rate(line),
        line.fraction().isPresent()
            ? percent(line.fraction().getAsDouble()) + " of " + line.limit().orElseThrow().name()
            : "",
        line.memory().isPresent()
            ? String.format(Locale.ROOT, "%.1f MiB", line.memory().getAsLong() / MEBI)
            : "",
        line.isPeer() && ours.isPresent() ? comparison(ours.get(), line) : "",
        line.time().isPresent() ? line.note() : "");
  }

  /** Who did it, with the version of another library. */
  private static String by(Line line) {
    String version = line.by().version();
    return line.by().title() + (version.isEmpty() || line.isOurs() ? "" : " " + version);
  }

  /** The time with its unit, or why there is none. */
  private static String time(Line line) {
    if (line.time().isEmpty()) {
      return "not measured: " + line.note();
    }
    Timing time = line.time().get();
    double unit = time.median() < SMALL_SECONDS ? 1e6 : 1e3;
    return number(unit * time.median())
        + (Double.isNaN(time.p20())
            ? ""
            : " (" + number(unit * time.p20()) + " to " + number(unit * time.p80()) + ")")
        + (unit == 1e6 ? " us" : " ms");
  }

  /** A subject with its sizes. */
  static String subject(Subject subject) {
    return "`"
        + subject.title()
        + "`"
        + (subject.hasGradients() ? "" : ", " + subject.pass())
        + ", B = "
        + subject.batch()
        + (subject.modalities() > 2 ? ", k = " + subject.modalities() : "");
  }

  private static String rate(Line line) {
    if (line.flopsPerSecond().isPresent()) {
      return number(1e-9 * line.flopsPerSecond().getAsDouble()) + " GFLOP/s";
    }
    return line.bytesPerSecond().isPresent()
        ? number(1e-9 * line.bytesPerSecond().getAsDouble()) + " GB/s"
        : "";
  }

  private static String comparison(Line ours, Line peer) {
    StringBuilder text = new StringBuilder();
    ours.speedup(peer).ifPresent(ratio -> text.append(number(ratio)).append(" x the time"));
    ours.memoryFraction(peer)
        .ifPresent(ratio -> text.append(", ").append(number(1 / ratio)).append(" x the memory"));
    return text.toString();
  }

  /** A fraction of at least three digits that count. */
  static String percent(double fraction) {
    return number(100 * fraction) + " %";
  }

  /** A ratio, or nothing. */
  static String times(OptionalDouble ratio) {
    return ratio.isPresent() ? number(ratio.getAsDouble()) + " x" : "";
  }

  /** Three digits that count. */
  static String number(double value) {
    int digits = value == 0 ? 2 : 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    return String.format(Locale.ROOT, "%." + Math.clamp(digits, 0, MOST_DIGITS) + "f", value);
  }
}
