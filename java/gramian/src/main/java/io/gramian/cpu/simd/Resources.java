package io.gramian.cpu.simd;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Workers;

/**
 * What the parts of an executor are made of: a way to compute, threads, and arrays, counted as they
 * are made. For planning, on one thread.
 */
public final class Resources {
  private final Simd simd;
  private final Workers workers;
  private long bytes;

  /** Those of a device, no array made yet. */
  public Resources(CpuDevice device) {
    this.simd = Simd.of(device);
    this.workers = device.workers();
  }

  public Simd simd() {
    return simd;
  }

  public Workers workers() {
    return workers;
  }

  /** Bytes of all arrays made. */
  public long bytes() {
    return bytes;
  }

  /** Counts memory that was made elsewhere. */
  public void count(long more) {
    bytes += more;
  }

  /** An array of zeros. */
  public float[] floats(int count) {
    bytes += 4L * count;
    return new float[count];
  }

  /** An array of zeros. */
  public double[] doubles(int count) {
    bytes += 8L * count;
    return new double[count];
  }

  /** An array of zeros. */
  public int[] ints(int count) {
    bytes += 4L * count;
    return new int[count];
  }

  /** Several arrays. */
  public float[][] floats(int arrays, int count) {
    bytes += 4L * arrays * count;
    return new float[arrays][count];
  }

  /** Several arrays. */
  public double[][] doubles(int arrays, int count) {
    bytes += 8L * arrays * count;
    return new double[arrays][count];
  }

  /** An array for each thread. */
  public float[][] scratch(int count) {
    return floats(workers.threads(), count);
  }
}
