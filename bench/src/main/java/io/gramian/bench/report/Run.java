package io.gramian.bench.report;

import java.util.List;

/**
 * What one call of the bench measured: one CSV file.
 *
 * @param machine where
 * @param lines what
 */
public record Run(Machine machine, List<Line> lines) {
  /** With its own copy of the lines. */
  public Run {
    lines = List.copyOf(lines);
  }
}
