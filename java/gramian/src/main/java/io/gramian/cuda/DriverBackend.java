package io.gramian.cuda;

import io.gramian.BackendUnavailableException;
import io.gramian.CudaException;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.ParameterException;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelImage;
import io.gramian.cuda.device.KernelImages;
import io.gramian.cuda.driver.DeviceInfo;
import io.gramian.cuda.driver.Driver;
import io.gramian.cuda.driver.DriverUnavailableException;
import io.gramian.cuda.op.CudaOps;
import io.gramian.spi.BackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What finding the GPUs and finding the emulated device have in common. */
abstract class DriverBackend implements BackendProvider {
  /** Drivers from 525 on serve this version and load machine code of the whole of CUDA 12. */
  private static final int OLDEST_API = 12000;

  private Driver driver;

  /** Finds and initialises the driver. */
  abstract Driver loadDriver() throws DriverUnavailableException;

  /** Where the kernels are. */
  abstract KernelImages images();

  /** What to add when there are no kernels. */
  abstract String kernelsHint();

  @Override
  public final String unavailableReason() {
    try {
      Driver loaded = driver();
      return kernelsReason(DeviceInfo.of(loaded, 0));
    } catch (DriverUnavailableException | CudaException e) {
      return e.getMessage();
    }
  }

  @Override
  public final List<String> describe() {
    List<String> lines = new ArrayList<>();
    try {
      Driver loaded = driver();
      lines.add(
          "driver " + loaded.origin() + ", CUDA " + version(DeviceInfo.driverVersion(loaded)));
      for (DeviceInfo info : devices(loaded)) {
        lines.add(describe(info));
      }
    } catch (DriverUnavailableException | CudaException e) {
      return List.of();
    }
    return lines;
  }

  @Override
  public final Device open(DeviceOptions options) {
    try {
      Driver loaded = driver();
      int count = DeviceInfo.count(loaded);
      if (options.ordinal() >= count) {
        throw new ParameterException(
            "expected a device ordinal below " + count + ", got " + options.ordinal());
      }
      DeviceInfo info = DeviceInfo.of(loaded, options.ordinal());
      String reason = kernelsReason(info);
      if (reason != null) {
        throw new BackendUnavailableException(name(), reason);
      }
      return CudaDevice.open(name(), loaded, info, images(), CudaOps.TABLE);
    } catch (DriverUnavailableException e) {
      throw new BackendUnavailableException(name(), e.getMessage());
    }
  }

  /** The driver, kept once it could be loaded; a failure is looked into again the next time. */
  private synchronized Driver driver() throws DriverUnavailableException {
    if (driver == null) {
      driver = usable(loadDriver());
    }
    return driver;
  }

  private static Driver usable(Driver candidate) throws DriverUnavailableException {
    int api = DeviceInfo.driverVersion(candidate);
    if (api < OLDEST_API) {
      throw new DriverUnavailableException(
          "the NVIDIA driver is too old: it serves CUDA "
              + version(api)
              + ", expected at least 12.0, which is driver 525");
    }
    if (DeviceInfo.count(candidate) == 0) {
      throw new DriverUnavailableException("the driver " + candidate.origin() + " has no device");
    }
    return candidate;
  }

  private String kernelsReason(DeviceInfo info) {
    if (!imagesOf(info).isEmpty()) {
      return null;
    }
    List<String> places = images().places(info, Kernels.IMAGES.getFirst());
    return places.isEmpty()
        ? "no kernels for compute capability " + info.capability() + " of " + info.name()
        : "no kernels for "
            + info.name()
            + ": "
            + kernelsHint()
            + "; looked for "
            + String.join(" and ", places);
  }

  private List<KernelImage> imagesOf(DeviceInfo info) {
    return Kernels.IMAGES.stream()
        .map(op -> images().find(info, op))
        .flatMap(Optional::stream)
        .toList();
  }

  private String describe(DeviceInfo info) {
    List<KernelImage> found = imagesOf(info);
    return "device "
        + info.ordinal()
        + ": "
        + info.name()
        + ", compute capability "
        + info.capability()
        + ", "
        + (info.memoryBytes() >> 20)
        + " MiB, "
        + found.size()
        + " of "
        + Kernels.IMAGES.size()
        + " kernel images "
        + new TreeSet<>(found.stream().map(KernelImage::target).toList());
  }

  private static List<DeviceInfo> devices(Driver driver) {
    return IntStream.range(0, DeviceInfo.count(driver))
        .mapToObj(ordinal -> DeviceInfo.of(driver, ordinal))
        .toList();
  }

  private static String version(int api) {
    return api / 1000 + "." + api % 1000 / 10;
  }
}
