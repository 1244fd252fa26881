package io.gramian.spi;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import java.util.List;

/** A backend, found through {@link java.util.ServiceLoader}. Must be cheap to create. */
public interface BackendProvider {
  /** {@return the name by which it is asked for: {@code reference}, {@code cpu}, {@code cuda}} */
  String name();

  /**
   * {@return its rank for {@code auto}: the available backend with the highest one is taken; a
   * negative rank is never taken}
   */
  int preference();

  /**
   * Finds out whether devices can be opened, without side effects beyond loading a driver.
   *
   * @return null if they can, else the reason why not
   */
  String unavailableReason();

  /**
   * {@return lines of description for people: devices, driver, vector width} Empty when
   * unavailable.
   */
  List<String> describe();

  /**
   * Opens a device.
   *
   * @param options which device, and how many threads
   * @return the device, to be closed
   * @throws io.gramian.BackendUnavailableException with the reason, if it cannot
   */
  Device open(DeviceOptions options);
}
