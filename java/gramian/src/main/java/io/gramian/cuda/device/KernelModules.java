package io.gramian.cuda.device;

import io.gramian.GramianException;
import io.gramian.cuda.driver.DriverModule;
import io.gramian.cuda.driver.Kernel;
import io.gramian.cuda.driver.PrimaryContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** The kernels of a device, loaded op by op when they are first asked for. */
final class KernelModules implements AutoCloseable {
  private final PrimaryContext context;
  private final KernelImages images;
  private final Map<String, DriverModule> modules = new LinkedHashMap<>();
  private final Map<String, Kernel> kernels = new LinkedHashMap<>();

  KernelModules(PrimaryContext context, KernelImages images) {
    this.context = context;
    this.images = images;
  }

  /**
   * A kernel of an op; the same object whenever it is asked for.
   *
   * @param op name of the op's image
   * @throws GramianException naming the places, if there is no image for this device
   * @throws io.gramian.CudaException if the image does not load or lacks the kernel
   */
  synchronized Kernel kernel(String op, String name) {
    return kernels.computeIfAbsent(name, n -> module(op).kernel(n));
  }

  /** Unloads all. */
  @Override
  public synchronized void close() {
    kernels.clear();
    modules.values().forEach(DriverModule::close);
    modules.clear();
  }

  private DriverModule module(String op) {
    return modules.computeIfAbsent(op, this::load);
  }

  private DriverModule load(String op) {
    KernelImage image =
        images
            .find(context.device(), op)
            .orElseThrow(
                () ->
                    new GramianException(
                        "no kernels of op '"
                            + op
                            + "' for compute capability "
                            + context.device().capability()
                            + "; looked for "
                            + images.places(context.device(), op)));
    return image.load(context);
  }
}
