package io.gramian.emoji.compare;

import java.util.Collection;
import java.util.Locale;

/**
 * The mean and the standard deviation of some measurements.
 *
 * @param mean of all
 * @param deviation with n - 1 in the denominator; 0 for one measurement
 * @param count how many
 */
public record Spread(double mean, double deviation, int count) {
  static Spread of(Collection<Double> values) {
    int count = values.size();
    double mean = values.stream().mapToDouble(v -> v).sum() / count;
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Spread(mean, count < 2 ? 0 : Math.sqrt(squares / (count - 1)), count);
  }

  /**
   * How this compares with another.
   *
   * @return 1 or -1 where the means differ by more than both deviations together (the root of the
   *     sum of their squares), 0 where they do not or where there are too few measurements
   */
  int against(Spread other) {
    double difference = mean - other.mean;
    boolean clear =
        count > 1
            && other.count > 1
            && Math.abs(difference) > Math.hypot(deviation, other.deviation);
    return clear ? (int) Math.signum(difference) : 0;
  }

  @Override
  public String toString() {
    return count < 2
        ? String.format(Locale.ROOT, "%.2f", mean)
        : String.format(Locale.ROOT, "%.2f ±%.2f", mean, deviation);
  }
}
