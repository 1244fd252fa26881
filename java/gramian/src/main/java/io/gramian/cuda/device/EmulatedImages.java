package io.gramian.cuda.device;

import io.gramian.cuda.driver.DeviceInfo;
import java.util.List;
import java.util.Optional;

/** Kernels for the emulated device, beside the device itself. */
public record EmulatedImages(ResourceFolder folder) implements KernelImages {
  private static final String TARGET = "emulated";

  @Override
  public Optional<KernelImage> find(DeviceInfo device, String op) {
    return folder.has(file(op))
        ? Optional.of(new KernelImage(folder, file(op), TARGET))
        : Optional.empty();
  }

  @Override
  public List<String> places(DeviceInfo device, String op) {
    return List.of(folder.describe(file(op)));
  }

  private static String file(String op) {
    return op + ".so";
  }
}
