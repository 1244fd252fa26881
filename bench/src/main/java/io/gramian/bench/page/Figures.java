package io.gramian.bench.page;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Ratios;
import io.gramian.bench.report.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Lines as rows of a table, for people: HTML and Markdown show the same. */
public final class Figures {
  /** Titles of the fields. */
  public static final List<String> HEADER =
      List.of("B", "by", "time (p20 to p80), ms", "rate", "of the limit", "memory", "against ours");

  private static final double MEBI = 1024 * 1024;
  private static final int MOST_DIGITS = 8;

  private Figures() {}

  /** The fields of every line. */
  public static List<List<String>> rows(List<Line> lines) {
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      Optional<Line> ours =
          lines.stream()
              .filter(one -> one.isOurs() && one.subject().equals(line.subject()))
              .findFirst();
      rows.add(row(line, ours));
    }
    return rows;
  }

  private static List<String> row(Line line, Optional<Line> ours) {
    String version = line.by().version();
    String by = line.by().title() + (version.isEmpty() || line.isOurs() ? "" : " " + version);
    return List.of(
        Integer.toString(line.subject().batch()),
        by,
        line.time().map(Figures::time).orElse("not measured: " + line.note()),
        rate(line),
        percent(line.fraction()),
        line.memory().isPresent()
            ? String.format(Locale.ROOT, "%.1f MiB", line.memory().getAsLong() / MEBI)
            : "",
        line.isPeer() && ours.isPresent() ? comparison(ours.get(), line) : "");
  }

  private static String time(Timing time) {
    String median = number(1e3 * time.median());
    return Double.isNaN(time.p20())
        ? median
        : median + " (" + number(1e3 * time.p20()) + " to " + number(1e3 * time.p80()) + ")";
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
    Ratios.speedup(ours, peer).ifPresent(ratio -> text.append(number(ratio)).append(" x the time"));
    Ratios.memory(ours, peer)
        .ifPresent(ratio -> text.append(", ").append(number(1 / ratio)).append(" x the memory"));
    return text.toString();
  }

  private static String percent(OptionalDouble fraction) {
    return fraction.isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%.0f %%", 100 * fraction.getAsDouble());
  }

  /** Three digits that count. */
  public static String number(double value) {
    int digits = value == 0 ? 2 : 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    return String.format(Locale.ROOT, "%." + Math.clamp(digits, 0, MOST_DIGITS) + "f", value);
  }
}
