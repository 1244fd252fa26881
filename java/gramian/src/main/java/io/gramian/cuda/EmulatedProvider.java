package io.gramian.cuda;

import io.gramian.cuda.device.EmulatedImages;
import io.gramian.cuda.device.GpuImages;
import io.gramian.cuda.device.KernelImages;
import io.gramian.cuda.device.NativeFiles;
import io.gramian.cuda.device.ResourceFolder;
import io.gramian.cuda.driver.Driver;
import io.gramian.cuda.driver.DriverLibrary;
import io.gramian.cuda.driver.DriverUnavailableException;
import java.io.IOException;
import java.nio.file.Path;

/** Finds the emulated device, which runs the kernels' PTX on the processors, for tests. */
public final class EmulatedProvider extends DriverBackend {
  /** System property that names a directory with the device. */
  static final String DIRECTORY_PROPERTY = "gramian.emulated.directory";

  private static final String LIBRARY = "libcuda.so.1";

  /** For {@link java.util.ServiceLoader}. */
  public EmulatedProvider() {}

  @Override
  public String name() {
    return "emulated";
  }

  /** Never taken by {@code auto}. */
  @Override
  public int preference() {
    return -1;
  }

  @Override
  Driver loadDriver() throws DriverUnavailableException {
    return Driver.initialize(library());
  }

  /** The device, loaded. */
  static DriverLibrary library() throws DriverUnavailableException {
    ResourceFolder folder = folder();
    if (!folder.has(LIBRARY)) {
      throw new DriverUnavailableException(
          "no emulated device: no "
              + folder.describe(LIBRARY)
              + ": the jar gramian-native is not on the class path (or set the system property "
              + DIRECTORY_PROPERTY
              + ")");
    }
    String system = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
    if (!system.equals("Linux-amd64")) {
      throw new DriverUnavailableException(
          "the emulated device runs on Linux-amd64, this is " + system);
    }
    return DriverLibrary.loadEmulated(file(folder));
  }

  @Override
  KernelImages images() {
    return EmulatedImages.installed();
  }

  @Override
  String kernelsHint() {
    return "the jar gramian-kernels is not on the class path (or set the system property "
        + GpuImages.DIRECTORY_PROPERTY
        + ")";
  }

  private static ResourceFolder folder() {
    return ResourceFolder.of("META-INF/gramian/emulated/linux-x86_64", DIRECTORY_PROPERTY);
  }

  private static Path file(ResourceFolder folder) throws DriverUnavailableException {
    if (folder.directory() != null) {
      return folder.directory().resolve(LIBRARY);
    }
    try {
      return NativeFiles.ofUser().extract(LIBRARY, folder.read(LIBRARY));
    } catch (IOException e) {
      throw new DriverUnavailableException(
          "cannot extract the emulated device: "
              + e.getMessage()
              + " (system property "
              + NativeFiles.DIRECTORY_PROPERTY
              + " names another directory)");
    }
  }
}
