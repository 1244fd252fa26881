package io.gramian.cuda.device;

import io.gramian.cuda.driver.Launch;
import java.lang.foreign.MemorySegment;

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

  /** A launch that never takes place, in the place of one whose result is not wanted. */
  static <P> KernelLaunch<P> none(KernelSpec<P> kernel) {
    long words = Math.ceilDiv(kernel.parameter().bytes(), (long) Long.BYTES);
    MemorySegment memory = MemorySegment.ofArray(new long[Math.toIntExact(words)]);
    return new KernelLaunch<>(null, kernel.parameter().in().apply(memory));
  }

  /** Whether the kernel is ever launched. */
  public boolean isWanted() {
    return launch != null;
  }

  /** The parameter, which starts as zeros. */
  public P parameter() {
    return parameter;
  }

  /** Enqueues the kernel over a grid of blocks. */
  public void enqueue(long stream, int gridX, int gridY, int gridZ) {
    if (isWanted()) {
      launch.enqueue(stream, gridX, gridY, gridZ);
    }
  }
}
