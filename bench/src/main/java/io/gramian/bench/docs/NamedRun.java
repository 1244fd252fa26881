package io.gramian.bench.docs;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Run;
import java.util.List;
import java.util.function.Predicate;

/**
 * A committed file of measurements.
 *
 * @param file its name
 * @param run what it holds
 */
record NamedRun(String file, Run run) {
  /** The suite of its lines. */
  String suite() {
    return run.lines().getFirst().suite();
  }

  /** Its lines that fulfil a condition. */
  List<Line> lines(Predicate<Line> condition) {
    return run.lines().stream().filter(condition).toList();
  }

  /** The peers that were timed beside a line of ours. */
  List<Line> peers(Line ours) {
    return lines(
        line -> line.isPeer() && line.time().isPresent() && line.subject().equals(ours.subject()));
  }
}
