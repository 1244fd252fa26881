package io.gramian.cuda.device;

import io.gramian.cuda.driver.DeviceInfo;
import java.util.List;
import java.util.Optional;

/** Where the compiled kernels of the ops are. */
public interface KernelImages {
  /**
   * The image of an op for a device, the best of those there are.
   *
   * @param op name of the image, that of the op
   */
  Optional<KernelImage> find(DeviceInfo device, String op);

  /** Every place where the image of an op for a device would be looked for. */
  List<String> places(DeviceInfo device, String op);
}
