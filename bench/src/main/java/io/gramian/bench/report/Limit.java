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
}
