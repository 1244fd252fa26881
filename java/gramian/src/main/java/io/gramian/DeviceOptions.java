package io.gramian;

/**
 * How to open a device.
 *
 * @param ordinal number of the device among those of its backend, from 0
 * @param threads number of threads of a host backend; 0 for all processors
 */
public record DeviceOptions(int ordinal, int threads) {
  /** Checks the ranges. */
  public DeviceOptions {
    if (ordinal < 0) {
      throw new ParameterException("expected a device ordinal of at least 0, got " + ordinal);
    }
    if (threads < 0 || threads > 1024) {
      throw new ParameterException("expected 0 to 1024 threads, got " + threads);
    }
  }

  /** {@return the first device, all processors} */
  public static DeviceOptions defaults() {
    return new DeviceOptions(0, 0);
  }

  /**
   * {@return a copy with another ordinal}
   *
   * @param value number of the device among those of its backend, from 0
   */
  public DeviceOptions ordinal(int value) {
    return new DeviceOptions(value, threads);
  }

  /**
   * {@return a copy with another number of threads}
   *
   * @param value number of threads of a host backend; 0 for all processors
   */
  public DeviceOptions threads(int value) {
    return new DeviceOptions(ordinal, value);
  }
}
