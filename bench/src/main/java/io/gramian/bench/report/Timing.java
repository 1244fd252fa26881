package io.gramian.bench.report;

import io.gramian.bench.measure.Samples;

/**
 * How long runs took, in seconds. A figure that was not recorded is NaN.
 *
 * @param runs how many were timed
 * @param median the middle one
 * @param p20 a fifth was faster
 * @param p80 a fifth was slower
 * @param minimum the fastest
 */
public record Timing(int runs, double median, double p20, double p80, double minimum) {
  /** Of measured runs. */
  public static Timing of(Samples samples) {
    return new Timing(
        samples.count(),
        samples.median(),
        samples.quantile(0.2),
        samples.quantile(0.8),
        samples.minimum());
  }

  /** Half the distance of p20 and p80 over the median: how much a line can be trusted. */
  public double spread() {
    return (p80 - p20) / (2 * median);
  }
}
