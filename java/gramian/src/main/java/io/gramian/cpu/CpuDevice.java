package io.gramian.cpu;

import io.gramian.host.HostDevice;

/** The processors of this machine: a way to compute and threads to do it. */
final class CpuDevice extends HostDevice {
  private final Simd simd;
  private final Workers workers;

  /**
   * Opens a device.
   *
   * @param threads number of threads, 0 for all processors
   */
  CpuDevice(Simd simd, int threads) {
    this(simd, new Workers(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads));
  }

  private CpuDevice(Simd simd, Workers workers) {
    super("cpu", describe(simd, workers.threads()), CpuProvider.OPS);
    this.simd = simd;
    this.workers = workers;
  }

  static String describe(Simd simd, int threads) {
    return simd.description() + ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  Simd simd() {
    return simd;
  }

  Workers workers() {
    return workers;
  }

  @Override
  public void close() {
    workers.close();
  }
}
