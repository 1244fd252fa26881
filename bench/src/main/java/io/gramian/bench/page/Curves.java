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

/**
 * Lines that differ in their batch and in who did them: one chart.
 *
 * @param suite of the lines
 * @param subject of the lines, whatever their batch
 * @param lines in the order of the run
 */
record Curves(String suite, Subject subject, List<Line> lines) {
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

  /** Ours at the largest batch. */
  Optional<Line> largest() {
    return lines.stream()
        .filter(line -> line.isOurs() && line.time().isPresent())
        .max(Comparator.comparingInt(line -> line.subject().batch()));
  }
}
