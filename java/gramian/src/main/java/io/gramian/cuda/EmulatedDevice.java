package io.gramian.cuda;

import io.gramian.BackendUnavailableException;
import io.gramian.ParameterException;
import io.gramian.cuda.driver.DeviceInfo;
import io.gramian.cuda.driver.Driver;
import io.gramian.cuda.driver.DriverLibrary;
import io.gramian.cuda.driver.DriverUnavailableException;
import io.gramian.cuda.driver.EmulatedControls;

/**
 * What the emulated device can do that no GPU can: be another device, and count exactly what its
 * kernels do. There is one in a process, whoever opened it.
 */
public final class EmulatedDevice {
  private final Driver driver;
  private final EmulatedControls controls;

  private EmulatedDevice(Driver driver, EmulatedControls controls) {
    this.driver = driver;
    this.controls = controls;
  }

  /**
   * Loads it.
   *
   * @throws BackendUnavailableException if it is not there
   */
  public static EmulatedDevice load() {
    try {
      DriverLibrary library = EmulatedProvider.library();
      return new EmulatedDevice(Driver.initialize(library), EmulatedControls.of(library));
    } catch (DriverUnavailableException e) {
      throw new BackendUnavailableException("emulated", e.getMessage());
    }
  }

  /** The compute capability that it has, tenfold: 80, 90 or 100. */
  public int capability() {
    DeviceInfo info = DeviceInfo.of(driver, 0);
    return 10 * info.major() + info.minor();
  }

  /**
   * Makes it a device of another compute capability, for devices opened from now on.
   *
   * @param capability tenfold
   * @throws ParameterException if it cannot be that
   */
  public void capability(int capability) {
    if (!controls.setComputeCapability(capability / 10, capability % 10)) {
      throw new ParameterException(
          "the emulated device has compute capability 8.0, 9.0 or 10.0, not "
              + capability / 10
              + "."
              + capability % 10);
    }
  }

  /** Counts what kernels do from now on, from zero. */
  public void startCounting() {
    controls.count(true);
  }

  /** Counts no more and forgets what was counted; kernels run faster then. */
  public void stopCounting() {
    controls.count(false);
  }

  /**
   * What was counted, for each kernel and shape of its launches: lines of fields separated by tabs,
   * of which the first names the columns.
   */
  public String kernelCounts() {
    return controls.kernelCounts();
  }

  /** The same for each kernel and line of its sources. */
  public String lineCounts() {
    return controls.lineCounts();
  }
}
