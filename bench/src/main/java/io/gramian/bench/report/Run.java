package io.gramian.bench.report;

import java.util.List;
import java.util.Optional;

/**
 * What one call of the bench measured: one CSV file.
 *
 * @param machine where
 * @param lines what, at least one
 */
public record Run(Machine machine, List<Line> lines) {
  /** With its own copy of the lines. */
  public Run {
    lines = List.copyOf(lines);
  }

  /** The suite of its lines. */
  public String suite() {
    return lines.getFirst().suite();
  }

  /** Ours of a subject, if it was timed. */
  public Optional<Line> ours(Subject subject) {
    return lines.stream()
        .filter(line -> line.isOurs() && line.time().isPresent())
        .filter(line -> line.subject().equals(subject))
        .findFirst();
  }

  /** The peers of a subject that were timed. */
  public List<Line> peers(Subject subject) {
    return lines.stream()
        .filter(line -> line.isPeer() && line.time().isPresent())
        .filter(line -> line.subject().equals(subject))
        .toList();
  }
}
