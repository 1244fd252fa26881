package io.gramian.cpu;

import io.gramian.Accuracy;
import io.gramian.DType;
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

  @Override
  public Accuracy accuracy(DType inputs) {
    return switch (inputs) {
      case F32, BF16, F16 -> new Accuracy(2e-6, 2e-5);
      case F64, I32 -> throw notTaken(inputs);
    };
  }

  @Override
  public DType resultType() {
    return DType.F32;
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
