package io.gramian.cuda.device;

import io.gramian.cuda.driver.Kernel;
import io.gramian.cuda.driver.Launch;
import java.util.ArrayList;
import java.util.List;

/** The launches of a plan, freed together; also when making one of them fails. */
public final class LaunchList implements AutoCloseable {
  private final List<Launch> launches = new ArrayList<>();

  /**
   * Adds a launch of blocks of one shape.
   *
   * @param sharedBytes dynamic shared memory of a block, which is raised to that where needed
   * @param parameterBytes size of the struct, which starts as zeros
   */
  public Launch add(Kernel kernel, int blockThreads, int sharedBytes, long parameterBytes) {
    kernel.allowDynamicSharedBytes(sharedBytes);
    Launch launch = new Launch(kernel, blockThreads, sharedBytes, parameterBytes);
    launches.add(launch);
    return launch;
  }

  /** Adds a launch of blocks without dynamic shared memory. */
  public <P> KernelLaunch<P> add(CudaDevice device, KernelSpec<P> kernel) {
    return add(device, kernel, kernel.threads(), 0);
  }

  /** Adds a launch that never takes place unless it is wanted. */
  public <P> KernelLaunch<P> add(boolean isWanted, CudaDevice device, KernelSpec<P> kernel) {
    return isWanted ? add(device, kernel) : KernelLaunch.none(kernel);
  }

  /**
   * Adds a launch of blocks of one shape.
   *
   * @param sharedBytes dynamic shared memory of a block, which is raised to that where needed
   */
  public <P> KernelLaunch<P> add(
      CudaDevice device, KernelSpec<P> kernel, int blockThreads, int sharedBytes) {
    Launch launch =
        add(device.kernel(kernel), blockThreads, sharedBytes, kernel.parameter().bytes());
    return new KernelLaunch<>(launch, kernel.parameter().in().apply(launch.parameter()));
  }

  @Override
  public void close() {
    launches.forEach(Launch::close);
    launches.clear();
  }
}
