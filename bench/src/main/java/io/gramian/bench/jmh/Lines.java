package io.gramian.bench.jmh;

import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import java.util.Optional;

/** Lines of the suite. */
final class Lines {
  private Lines() {}

  /** A side with its time, or without where its process failed. */
  static Line of(Subject subject, Contestant by, Optional<Timing> time, Work work) {
    return time.isPresent()
        ? Line.timed(Line.JMH, subject, by, time.get(), work, Optional.empty())
        : Line.absent(
            Line.JMH, subject, by, "its process failed; " + Microbenchmarks.LOG + " says why");
  }
}
