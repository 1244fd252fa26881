package io.gramian.cuda.device;

import io.gramian.cuda.driver.Launch;

/**
 * A kernel with its parameter, which is filled in place and copied when the launch is enqueued.
 *
 * @param <P> writes the parameter
 */
public final class KernelLaunch<P> {
  private final Launch launch;
  private final P parameter;

  KernelLaunch(Launch launch, P parameter) {
    this.launch = launch;
    this.parameter = parameter;
  }

  /** The parameter, which starts as zeros. */
  public P parameter() {
    return parameter;
  }

  /** Enqueues the kernel over a grid of blocks. */
  public void enqueue(long stream, int gridX, int gridY, int gridZ) {
    launch.enqueue(stream, gridX, gridY, gridZ);
  }
}
