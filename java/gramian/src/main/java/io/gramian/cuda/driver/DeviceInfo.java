package io.gramian.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A device of the driver and the properties that decide which kernels run and how.
 *
 * @param handle the driver's {@code CUdevice}
 * @param ordinal its number, from 0
 * @param name its name, for instance {@code NVIDIA H100}
 * @param major compute capability, the part before the dot
 * @param minor compute capability, the part after the dot
 * @param multiprocessors number of multiprocessors
 * @param sharedBytes most shared memory of a block, in bytes, where a kernel asks for it
 * @param sharedBytesOfMultiprocessor shared memory of a multiprocessor, in bytes
 * @param memoryBytes all memory of the device
 */
public record DeviceInfo(
    int handle,
    int ordinal,
    String name,
    int major,
    int minor,
    int multiprocessors,
    int sharedBytes,
    int sharedBytesOfMultiprocessor,
    long memoryBytes) {
  private static final int LONGEST_NAME = 256;
  private static final int MULTIPROCESSOR_COUNT = 16;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int MAX_SHARED_MEMORY_PER_MULTIPROCESSOR = 81;
  private static final int MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97;

  /** The version of the CUDA API that the driver serves, for instance 12090 for 12.9. */
  public static int driverVersion(Driver driver) {
    return driver.readInt("cuDriverGetVersion", driver::cuDriverGetVersion);
  }

  /** Number of devices. */
  public static int count(Driver driver) {
    return driver.readInt("cuDeviceGetCount", driver::cuDeviceGetCount);
  }

  /**
   * Asks for a device's properties.
   *
   * @param ordinal below {@link #count}
   */
  public static DeviceInfo of(Driver driver, int ordinal) {
    int handle = driver.readInt("cuDeviceGet", out -> driver.cuDeviceGet(out, ordinal));
    return new DeviceInfo(
        handle,
        ordinal,
        readName(driver, handle),
        attribute(driver, handle, CAPABILITY_MAJOR),
        attribute(driver, handle, CAPABILITY_MINOR),
        attribute(driver, handle, MULTIPROCESSOR_COUNT),
        attribute(driver, handle, MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        attribute(driver, handle, MAX_SHARED_MEMORY_PER_MULTIPROCESSOR),
        driver.readLong("cuDeviceTotalMem_v2", out -> driver.cuDeviceTotalMem(out, handle)));
  }

  /** The compute capability, for instance {@code 9.0}. */
  public String capability() {
    return major + "." + minor;
  }

  private static int attribute(Driver driver, int device, int attribute) {
    return driver.readInt(
        "cuDeviceGetAttribute", out -> driver.cuDeviceGetAttribute(out, attribute, device));
  }

  private static String readName(Driver driver, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(LONGEST_NAME);
      driver.check(
          "cuDeviceGetName", driver.cuDeviceGetName(name.address(), LONGEST_NAME - 1, device));
      return name.getString(0);
    }
  }
}
