package io.gramian.bench.page;

import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Lines that differ in their batch and in who did them: one chart.
 *
 * @param suite of the lines
 * @param subject of the lines, whatever their batch
 * @param lines in the order of the run
 */
record Curves(String suite, Subject subject, List<Line> lines) {
  private static final double MEBI = 1024 * 1024;
  private static final double KILO = 1e3;

  private record Key(String suite, Subject subject) {}

  /** Groups lines; ceilings stand for themselves and are left out. */
  static List<Curves> of(List<Line> lines) {
    Map<Key, List<Line>> groups = new LinkedHashMap<>();
    for (Line line : lines) {
      if (line.by().role() != Contestant.Role.LIMIT) {
        Key key = new Key(line.suite(), line.subject().anyBatch());
        groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(line);
      }
    }
    List<Curves> curves = new ArrayList<>();
    groups.forEach((key, group) -> curves.add(new Curves(key.suite, key.subject, group)));
    return curves;
  }

  /** What was measured, for people. */
  String title() {
    List<String> parts = new ArrayList<>(List.of(subject.title()));
    parts.add(subject.pass().equals("both") ? "forward and backward" : subject.pass());
    parts.addAll(subject.sizes());
    return String.join(", ", parts);
  }

  private String shortTitle() {
    return String.format(
        "%s, %s, k = %d, %s",
        subject.title(), subject.pass(), subject.modalities(), subject.dtype());
  }

  /** A name for files. */
  String slug() {
    String text =
        String.join(
            "-",
            suite,
            subject.title(),
            subject.pass(),
            "k" + subject.modalities(),
            subject.dtype());
    return text.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** Time against the batch; nothing where there are fewer than two batches. */
  Optional<String> timeChart() {
    return chart(
        "time of " + shortTitle(),
        "ms",
        line ->
            line.seconds().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(KILO * line.seconds().getAsDouble()));
  }

  /** Memory against the batch; nothing where there are fewer than two batches. */
  Optional<String> memoryChart() {
    return chart(
        "memory of " + shortTitle(),
        "MiB",
        line ->
            line.memory().isEmpty() || line.memory().getAsLong() <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(line.memory().getAsLong() / MEBI));
  }

  /** Ours at the largest batch. */
  Optional<Line> largest() {
    return lines.stream()
        .filter(line -> line.isOurs() && line.time().isPresent())
        .max(Comparator.comparingInt(line -> line.subject().batch()));
  }

  private Optional<String> chart(String title, String unit, Function<Line, OptionalDouble> value) {
    Map<String, List<Line>> byName = new LinkedHashMap<>();
    for (Line line : lines) {
      byName.computeIfAbsent(line.by().title(), _ -> new ArrayList<>()).add(line);
    }
    List<Series> series = new ArrayList<>();
    int longest = 0;
    for (Map.Entry<String, List<Line>> entry : byName.entrySet()) {
      List<Series.Point> points = new ArrayList<>();
      for (Line line : entry.getValue()) {
        value.apply(line).ifPresent(y -> points.add(new Series.Point(line.subject().batch(), y)));
      }
      if (!points.isEmpty()) {
        points.sort(Comparator.comparingDouble(Series.Point::x));
        longest = Math.max(longest, points.size());
        series.add(new Series(entry.getKey(), entry.getValue().getFirst().isOurs(), points));
      }
    }
    return longest < 2 ? Optional.empty() : Optional.of(new LogLogChart(title, unit, series).svg());
  }
}
