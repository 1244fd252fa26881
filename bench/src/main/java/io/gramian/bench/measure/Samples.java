package io.gramian.bench.measure;

import java.util.Arrays;

/** Repeated measurements of one quantity. Medians are quoted: other work disturbs means. */
public final class Samples {
  private final double[] sorted;

  /**
   * @param values at least one, in any order
   */
  public Samples(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** How many there are. */
  public int count() {
    return sorted.length;
  }

  /** The smallest. */
  public double minimum() {
    return sorted[0];
  }

  /** The middle one; the mean of the middle two of an even number. */
  public double median() {
    return quantile(0.5);
  }

  /** Half the distance between the quartiles, relative to the median. */
  public double spread() {
    return (quantile(0.75) - quantile(0.25)) / (2 * median());
  }

  /** The value below which a fraction of the samples lies, by linear interpolation. */
  public double quantile(double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
