package io.gramian.bench;

import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar with the time left, shown where there is a terminal. */
final class Progress implements AutoCloseable {
  /** Set by the launcher where the error stream, which the bar is drawn on, is a terminal. */
  private static final String TERMINAL = "gramian.terminal";

  private static final double STEPS_PER_SECOND = 10;

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /** Shows the bar; jobs count by the time that they are expected to take. */
  static Progress start(List<Job> jobs) {
    if (!Boolean.getBoolean(TERMINAL)) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName("bench")
            .setInitialMax(jobs.stream().mapToLong(Progress::steps).sum())
            .setUpdateIntervalMillis(200)
            .clearDisplayOnFinish()
            .build());
  }

  /** Before a job. */
  void begin(Job job) {
    if (bar != null) {
      bar.setExtraMessage(" " + job.title());
    }
  }

  /** After a job. */
  void end(Job job) {
    if (bar != null) {
      bar.stepBy(steps(job));
      // The bar goes, so that lines of results stand alone; it comes back with its next update.
      System.err.print("\r\u001b[K");
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private static long steps(Job job) {
    return Math.max(1, Math.round(STEPS_PER_SECOND * job.seconds()));
  }
}
