package io.gramian.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.Device;

/** The emulated device for tests, which are skipped where it was not built. */
public final class Emulated {
  private Emulated() {}

  /**
   * Opens the device. Where the build names its directory it must be there; elsewhere the test is
   * skipped with the reason.
   */
  public static Device open() {
    requireAvailable();
    return Device.open("emulated");
  }

  /** Skips the test if the device was not built. */
  public static void requireAvailable() {
    if (System.getProperty(EmulatedProvider.DIRECTORY_PROPERTY) == null) {
      String reason = new EmulatedProvider().unavailableReason();
      assumeTrue(reason == null, reason);
    }
  }
}
