package io.gramian.cli.train;

import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * The progress bar of one epoch, shown where there is a terminal and gone when the epoch is over.
 */
final class EpochProgress implements Consumer<Double>, AutoCloseable {
  /** Set by the launcher where the error stream, which the bar is drawn on, is a terminal. */
  private static final String TERMINAL = "gramian.terminal";

  private final ProgressBar bar;

  private EpochProgress(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Shows the bar.
   *
   * @param epoch 1 for the first
   * @param steps how many steps it has
   */
  static EpochProgress start(int epoch, int steps) {
    if (!Boolean.getBoolean(TERMINAL)) {
      return new EpochProgress(null);
    }
    return new EpochProgress(
        new ProgressBarBuilder()
            .setTaskName("epoch " + epoch)
            .setInitialMax(steps)
            .setUpdateIntervalMillis(100)
            .clearDisplayOnFinish()
            .build());
  }

  @Override
  public void accept(Double loss) {
    if (bar != null) {
      bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f", loss));
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
