package io.gramian.cpu.device;

import io.gramian.Accuracy;
import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.host.HostDevice;
import io.gramian.spi.OpTable;

/** The processors of this machine: what they do at once, and threads to do it. */
public final class CpuDevice extends HostDevice {
  private final VectorUnit vectors;
  private final Workers workers;

  /**
   * Opens a device.
   *
   * @param ops what it implements
   * @param threads number of threads, 0 for all processors
   */
  public CpuDevice(OpTable ops, VectorUnit vectors, int threads) {
    this(ops, vectors, new Workers(threads == 0 ? processors() : threads));
  }

  private CpuDevice(OpTable ops, VectorUnit vectors, Workers workers) {
    super("cpu", describe(vectors, workers.threads()), ops);
    this.vectors = vectors;
    this.workers = workers;
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** The best device of this machine, for people. */
  public static String describe() {
    return describe(VectorUnit.best(), processors());
  }

  private static String describe(VectorUnit vectors, int threads) {
    return vectors.description() + ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  @Override
  public Accuracy accuracy(DType inputs) {
    return switch (ParameterException.requireNonNull(inputs, "an element type")) {
      case F32, BF16, F16 -> new Accuracy(2e-6, 2e-5);
      case F64, I32 -> throw notTaken(inputs);
    };
  }

  @Override
  public DType resultType() {
    return DType.F32;
  }

  /** What its processors do at once. */
  public VectorUnit vectors() {
    return vectors;
  }

  /** Its threads. */
  public Workers workers() {
    return workers;
  }

  @Override
  public void close() {
    super.close();
    workers.close();
  }
}
