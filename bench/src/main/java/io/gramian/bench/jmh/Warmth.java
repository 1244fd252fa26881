package io.gramian.bench.jmh;

import io.gramian.bench.measure.JitActivity;

/**
 * Runs what will be timed until Java has compiled it, before JMH's own warm-up: the compilers may
 * start on an unrolled kernel only seconds after its first run, and take seconds for it.
 */
final class Warmth {
  private static final int MOST_TURNS = 24;
  private static final double NANOS = 1e-9;

  private Warmth() {}

  /**
   * Runs it at least once.
   *
   * @param seconds how long the compilers have to be idle; 0 for one run
   */
  static void reach(double seconds, Runnable run) {
    JitActivity.repeatWhileBusy(seconds > 0 ? MOST_TURNS : 1, () -> repeat(seconds, run));
  }

  private static void repeat(double seconds, Runnable run) {
    long begin = System.nanoTime();
    do {
      run.run();
    } while ((System.nanoTime() - begin) * NANOS < seconds);
  }
}
