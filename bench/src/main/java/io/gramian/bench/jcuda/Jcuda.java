package io.gramian.bench.jcuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;

/**
 * What of jcuda is there. Its library is linked to {@code libcuda.so.1} and takes the one that the
 * process has loaded already, be it that of a GPU or the emulated one: open a device before.
 */
public final class Jcuda {
  private static final String PROPERTIES = "/META-INF/maven/org.jcuda/jcuda/pom.properties";

  private Jcuda() {}

  /** Why the driver cannot be called by it, or nothing. */
  public static Optional<String> missing() {
    try {
      JCudaDriver.setExceptionsEnabled(true);
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of("its native library does not load on this platform");
    }
  }

  /** Why cuBLAS cannot be called by it, or nothing. */
  public static Optional<String> missingCublas() {
    try {
      JCublas2.setExceptionsEnabled(true);
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of("no libcublas.so.12 of CUDA 12");
    }
  }

  /** Its version; empty if unknown. */
  public static String version() {
    try (InputStream in = Jcuda.class.getResourceAsStream(PROPERTIES)) {
      if (in == null) {
        return "";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the primary context of a device, which is that of our backends, current. */
  static void enterPrimaryContext(int ordinal) {
    JCudaDriver.setExceptionsEnabled(true);
    JCudaDriver.cuInit(0);
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, ordinal);
    CUcontext context = new CUcontext();
    JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
    JCudaDriver.cuCtxSetCurrent(context);
  }

  /** Gives it back. */
  static void leavePrimaryContext(int ordinal) {
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, ordinal);
    JCudaDriver.cuDevicePrimaryCtxRelease(device);
  }
}
