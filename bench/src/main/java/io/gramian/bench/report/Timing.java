package io.gramian.bench.report;

import java.util.Arrays;

/**
 * How long runs took, in seconds. Medians are quoted: other work disturbs means. A figure that was
 * not recorded is NaN.
 *
 * @param runs how many were timed
 * @param median the middle one
 * @param p20 a fifth was faster
 * @param p80 a fifth was slower
 * @param minimum the fastest
 */
public record Timing(int runs, double median, double p20, double p80, double minimum) {
  /**
   * Of measured runs.
   *
   * @param seconds of each, at least one, in any order
   */
  public static Timing of(double... seconds) {
    if (seconds.length == 0) {
      throw new IllegalArgumentException("no runs");
    }
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return new Timing(
        sorted.length,
        quantile(sorted, 0.5),
        quantile(sorted, 0.2),
        quantile(sorted, 0.8),
        sorted[0]);
  }

  /** The value below which a fraction of the runs lies, by linear interpolation. */
  private static double quantile(double[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
