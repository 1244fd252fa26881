package io.gramian.bench.measure;

import io.gramian.bench.report.Timing;
import java.util.ArrayList;
import java.util.List;

/**
 * Times several tasks in turn, round after round, so that a disturbance of the machine meets them
 * all. Before the timing every task is run until it is warm: for a while, and on while the JVM
 * compiles, since the kernels of a task may be compiled only seconds after its first run.
 *
 * @param rounds how often each task gets its turn, at least once
 * @param turnSeconds a turn repeats its task until this has passed; each repetition is a sample
 * @param warmSeconds a task is run at least once, and until this has passed, before the timing;
 *     again as long as the JVM compiles meanwhile, unless this is 0
 */
public record Interleaved(int rounds, double turnSeconds, double warmSeconds) {
  /** For results. */
  public static final Interleaved USUAL = new Interleaved(5, 0.2, 0.6);

  /** For a first look. */
  public static final Interleaved QUICK = new Interleaved(3, 0.05, 0.3);

  /** After a turn its thread pool may spin for a while; the next task does not pay for that. */
  private static final long PAUSE_MILLIS = 20;

  private static final double NANOS = 1e-9;

  /** How many times longer than meant the timing of a task may take. */
  private static final double SLOW = 8;

  private static final double LEAST_TURN = 0.05;

  /** How many times {@code warmSeconds} a task is warmed up while the JVM still compiles. */
  private static final int MOST_WARM_TURNS = 40;

  /** Checks the range. */
  public Interleaved {
    if (rounds < 1) {
      throw new IllegalArgumentException("expected at least one round, got " + rounds);
    }
  }

  /** Seconds per run of each task, in the order of the tasks. */
  public List<Timing> time(List<Runnable> tasks) {
    List<List<Double>> seconds = new ArrayList<>();
    for (Runnable task : tasks) {
      warm(task);
      seconds.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < tasks.size(); i++) {
        List<Double> samples = seconds.get(i);
        if (samples.stream().mapToDouble(Double::doubleValue).sum() <= mostSeconds()) {
          samples.addAll(turn(tasks.get(i), turnSeconds));
        }
      }
    }
    return seconds.stream()
        .map(values -> Timing.of(values.stream().mapToDouble(Double::doubleValue).toArray()))
        .toList();
  }

  private void warm(Runnable task) {
    JitActivity.repeatWhileBusy(
        warmSeconds > 0 ? MOST_WARM_TURNS : 1, () -> turn(task, warmSeconds));
  }

  /** A task that is so slow that it took longer gets no further turn. */
  private double mostSeconds() {
    return SLOW * rounds * Math.max(turnSeconds, LEAST_TURN);
  }

  private static List<Double> turn(Runnable task, double seconds) {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    List<Double> samples = new ArrayList<>();
    long begin = System.nanoTime();
    long now = begin;
    do {
      long start = now;
      task.run();
      now = System.nanoTime();
      samples.add((now - start) * NANOS);
    } while ((now - begin) * NANOS < seconds);
    return samples;
  }
}
