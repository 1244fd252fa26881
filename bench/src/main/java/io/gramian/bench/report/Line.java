package io.gramian.bench.report;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One line of a report: one contestant, one subject. Lines of the same run with the same subject
 * are compared with each other.
 *
 * @param suite {@code bench}, {@code jmh} or {@code gpu}
 * @param subject what was measured
 * @param by who did it
 * @param time how long it took; empty if it was not measured, and the note says why
 * @param work what a run has to do
 * @param limit the ceiling that the rate is held against
 * @param memory bytes that a run takes beyond the inputs
 * @param agreement of the results with those of the reference, or with ours at full size
 * @param note what a reader must know; may be empty
 */
public record Line(
    String suite,
    Subject subject,
    Contestant by,
    Optional<Timing> time,
    Work work,
    Optional<Limit> limit,
    OptionalLong memory,
    Optional<Agreement> agreement,
    String note) {
  /** The suite of {@code gramian bench}: sides take turns in one process. */
  public static final String BENCH = "bench";

  /** The microbenchmarks. */
  public static final String JMH = "jmh";

  /** Times taken by events of a GPU. */
  public static final String GPU = "gpu";

  /** A contestant that did not run, and why. */
  public static Line absent(String suite, Subject subject, Contestant by, String why) {
    return new Line(
        suite,
        subject,
        by,
        Optional.empty(),
        Work.NONE,
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        why);
  }

  /**
   * A contestant that was timed, and nothing else known of it yet. Its rate is not held against a
   * ceiling that it cannot have exceeded; the note says so.
   */
  public static Line timed(
      String suite, Subject subject, Contestant by, Timing time, Work work, Optional<Limit> limit) {
    OptionalDouble rate = work.rate(time.median());
    boolean possible = limit.isEmpty() || rate.isEmpty() || limit.get().admits(rate.getAsDouble());
    Line line =
        new Line(
            suite,
            subject,
            by,
            Optional.of(time),
            work,
            possible ? limit : Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            "");
    return possible
        ? line
        : line.note(
            String.format(
                Locale.ROOT,
                "faster than the %s, which was measured while the machine was busy",
                limit.get().name()));
  }

  /** With the memory that it took. */
  public Line memory(long bytes) {
    return new Line(suite, subject, by, time, work, limit, OptionalLong.of(bytes), agreement, note);
  }

  /** Held against no ceiling. */
  public Line withoutLimit() {
    return new Line(suite, subject, by, time, work, Optional.empty(), memory, agreement, note);
  }

  /** With how far its results are from what they should be. */
  public Line agreement(Optional<Agreement> found) {
    return new Line(suite, subject, by, time, work, limit, memory, found, note);
  }

  /** With one more note. */
  public Line note(String more) {
    String all = note.isEmpty() || more.isEmpty() ? note + more : note + "; " + more;
    return new Line(suite, subject, by, time, work, limit, memory, agreement, all);
  }

  /** Whether this library did it. */
  public boolean isOurs() {
    return by.role() == Contestant.Role.OURS;
  }

  /** Whether another library did it. */
  public boolean isPeer() {
    return by.role() == Contestant.Role.PEER;
  }

  /** Median seconds of a run; empty if it was not measured. */
  public OptionalDouble seconds() {
    return time.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(time.get().median());
  }

  /** Floating-point operations per second. */
  public OptionalDouble flopsPerSecond() {
    return perSecond(work.flops());
  }

  /** Bytes per second. */
  public OptionalDouble bytesPerSecond() {
    return perSecond(work.bytes());
  }

  /** The rate as a fraction of the ceiling. */
  public OptionalDouble fraction() {
    return limit.isEmpty() || time.isEmpty()
        ? OptionalDouble.empty()
        : work.rate(time.get().median()).stream().map(r -> r / limit.get().rate()).findFirst();
  }

  /** How many times faster this is than another; empty unless both were timed. */
  public OptionalDouble speedup(Line other) {
    return seconds().isEmpty() || other.seconds().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(other.seconds().getAsDouble() / seconds().getAsDouble());
  }

  /** Its memory as a fraction of another's; empty unless both were measured. */
  public OptionalDouble memoryFraction(Line other) {
    return memory.isEmpty() || other.memory.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) memory.getAsLong() / other.memory.getAsLong());
  }

  private OptionalDouble perSecond(OptionalDouble amount) {
    return amount.isEmpty() || time.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(amount.getAsDouble() / time.get().median());
  }
}
