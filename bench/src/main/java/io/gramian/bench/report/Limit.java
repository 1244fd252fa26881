package io.gramian.bench.report;

/**
 * A ceiling of the machine, measured in the same run.
 *
 * @param name for instance {@code FMA peak} or {@code memory copy}
 * @param rate operations or bytes per second, whichever the work is counted in
 */
public record Limit(String name, double rate) {
  /** The ceiling of arithmetic on the host. */
  public static final String FMA = "FMA peak";

  /** The ceiling of memory on the host. */
  public static final String COPY = "memory copy";

  /** The ceiling of memory on a GPU. */
  public static final String DEVICE_COPY = "device-to-device copy";

  /** The ceiling of arithmetic on a GPU: the largest matrix product that the machine offers. */
  public static final String DEVICE_PRODUCT = "matrix product";

  /** How far a rate may lie above a peak of arithmetic, which is a measurement too. */
  private static final double ABOVE_PEAK = 1.05;

  /**
   * How far a rate may lie above the other ceilings: reading alone is faster than a copy, and a
   * library's matrix product is no peak.
   */
  private static final double ABOVE_OTHERS = 2;

  /** Whether such a rate can be; it cannot where the ceiling was measured on a busy machine. */
  public boolean admits(double other) {
    return other <= rate * (name.equals(FMA) ? ABOVE_PEAK : ABOVE_OTHERS);
  }
}
