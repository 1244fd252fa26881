package io.gramian.cuda.device;

import io.gramian.cuda.driver.DeviceInfo;
import java.util.List;
import java.util.Optional;

/**
 * Kernels for GPUs: machine code where there is some for the compute capability, else PTX, which
 * the driver compiles.
 */
public record GpuImages(ResourceFolder folder) implements KernelImages {
  /** System property that names a directory of images instead of the class path. */
  public static final String DIRECTORY_PROPERTY = "gramian.kernels.directory";

  private static final String PTX_TARGET = "compute_80";
  private static final int PTX_MAJOR = 8;

  /** Those of the class path, or of the directory that the property names. */
  public static GpuImages installed() {
    return new GpuImages(ResourceFolder.of("META-INF/gramian/kernels", DIRECTORY_PROPERTY));
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
    if (device.major() < PTX_MAJOR) {
      return List.of();
    }
    KernelImage ptx = image(PTX_TARGET, op + KernelImage.PTX);
    String target = target(device.major(), device.minor());
    return target == null ? List.of(ptx) : List.of(image(target, op + ".cubin"), ptx);
  }

  private KernelImage image(String target, String file) {
    return new KernelImage(folder, target + "/" + file, target);
  }

  /** The target whose machine code runs on a compute capability; null if there is none. */
  static String target(int major, int minor) {
    return switch (major) {
      // Machine code of 8.0 runs on every 8.x but this one.
      case 8 -> minor == 7 ? null : "sm_80";
      // The suffix a stands for instructions of exactly this capability.
      case 9 -> minor == 0 ? "sm_90a" : null;
      case 10 -> "sm_100";
      case 12 -> "sm_120";
      default -> null;
    };
  }
}
