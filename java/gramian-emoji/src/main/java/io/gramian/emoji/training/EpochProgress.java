package io.gramian.emoji.training;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * The progress bar of a training, with loss, recall and the time left. It is shown where there is a
 * terminal, and is gone while the line of an epoch is printed.
 */
public final class EpochProgress implements Consumer<Double>, AutoCloseable {
  /** Set by the launcher where the error stream, which the bar is drawn on, is a terminal. */
  private static final String TERMINAL = "gramian.terminal";

  private final ProgressBar bar;
  private final String note;

  private EpochProgress(ProgressBar bar, String note) {
    this.bar = bar;
    this.note = note;
  }

  /** Where a training stands as a whole. */
  public static final class Course {
    private final String what;
    private final int parts;
    private final int stepsPerPart;
    private final long begin = System.nanoTime();
    private int first;

    /**
     * @param what a part is, "epoch" for instance
     * @param parts how many there are
     * @param stepsPerPart steps of the bar
     */
    public Course(String what, int parts, int stepsPerPart) {
      this.what = what;
      this.parts = parts;
      this.stepsPerPart = stepsPerPart;
    }

    /**
     * Shows the bar for one part.
     *
     * @param part 1 for the first
     * @param note shown behind the loss, may be empty
     */
    public EpochProgress start(int part, String note) {
      if (!Boolean.getBoolean(TERMINAL)) {
        return new EpochProgress(null, "");
      }
      first = first == 0 ? part : first;
      // Parts that a checkpoint brought took no time of this run.
      long done = (long) (part - first) * stepsPerPart;
      return new EpochProgress(
          new ProgressBarBuilder()
              .setTaskName(what + " " + part + " of " + parts)
              .setInitialMax((long) (parts - first + 1) * stepsPerPart)
              .startsFrom(done, Duration.ofNanos(System.nanoTime() - begin))
              .setUpdateIntervalMillis(100)
              .clearDisplayOnFinish()
              .build(),
          note);
    }
  }

  @Override
  public void accept(Double loss) {
    if (bar != null) {
      bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f%s", loss, note));
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
