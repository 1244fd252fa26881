package io.gramian.bench;

import io.gramian.UnsupportedOpException;
import io.gramian.bench.report.ConsoleReport;
import io.gramian.bench.report.Line;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs jobs and keeps what they measured. */
final class Results {
  private final Settings settings;
  private final PrintWriter out;
  private final PrintWriter err;
  private final List<Line> lines = new ArrayList<>();
  private boolean agreed = true;

  Results(Settings settings, PrintWriter out, PrintWriter err) {
    this.settings = settings;
    this.out = out;
    this.err = err;
  }

  /** Runs all jobs in order. What a device cannot do is an error only where it was asked for. */
  void measure(List<Job> jobs) {
    ConsoleReport console = new ConsoleReport(out);
    try (BenchProgress progress = BenchProgress.start(jobs)) {
      for (Job job : jobs) {
        progress.begin(job);
        try {
          List<Line> measured = job.work().get();
          progress.end(job);
          console.print(measured);
          lines.addAll(measured);
        } catch (UnsupportedOpException e) {
          if (!settings.ops().isEmpty()) {
            throw e;
          }
          progress.end(job);
          out.println(e.getMessage());
        } catch (DisagreementException e) {
          agreed = false;
          progress.end(job);
          err.println("gramian: " + e.getMessage());
        }
      }
    }
  }

  /** What was measured. */
  List<Line> lines() {
    return lines;
  }

  /** Whether all results were right. */
  boolean agreed() {
    return agreed;
  }
}
