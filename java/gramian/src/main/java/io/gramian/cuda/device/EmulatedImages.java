package io.gramian.cuda.device;

import io.gramian.cuda.driver.DeviceInfo;
import java.util.List;
import java.util.Optional;

/**
 * PTX, which the emulated device runs as it stands: the text that a GPU's machine code is made of.
 */
public record EmulatedImages(ResourceFolder folder) implements KernelImages {
  private static final String HOPPER = "compute_90a";
  private static final String OLDEST = "compute_80";

  /** Those beside the kernels for GPUs. */
  public static EmulatedImages installed() {
    return new EmulatedImages(GpuImages.installed().folder());
  }

  @Override
  public Optional<KernelImage> find(DeviceInfo device, String op) {
    return candidates(device, op).stream().filter(image -> folder.has(image.file())).findFirst();
  }

  @Override
  public List<String> places(DeviceInfo device, String op) {
    return candidates(device, op).stream().map(image -> folder.describe(image.file())).toList();
  }

  private List<KernelImage> candidates(DeviceInfo device, String op) {
    // The suffix a stands for instructions of exactly this capability.
    boolean isHopper = device.major() == 9 && device.minor() == 0;
    return (isHopper ? List.of(HOPPER, OLDEST) : List.of(OLDEST))
        .stream()
            .map(target -> new KernelImage(folder, target + "/" + op + KernelImage.PTX, target))
            .toList();
  }
}
