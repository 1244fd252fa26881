package io.gramian.cpu.set;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;
import java.util.List;

/**
 * The mean of the points of several sets, taken away from all of them: distances stay what they
 * are, and |x|^2 + |y|^2 - 2 &lt;x, y&gt; keeps its digits where points lie far from the origin.
 */
public final class Centre {
  /** Points of a task. */
  private static final int CHUNK = 256;

  private final Workers workers;
  private final List<VectorSet> sets;
  private final int d;
  private final double[] partial;
  private final float[][] rows;
  private final float[] mean;

  public Centre(CpuDevice device, List<VectorSet> sets, int d) {
    this.workers = device.workers();
    this.sets = sets;
    this.d = d;
    int chunks = sets.stream().mapToInt(set -> chunks(set)).max().orElseThrow();
    this.partial = new double[chunks * d];
    this.mean = new float[Panels.padded(d, Simd.PADDING)];
    this.rows = new float[workers.threads()][mean.length];
  }

  private static int chunks(VectorSet set) {
    return (set.count() + CHUNK - 1) / CHUNK;
  }

  public long bytes() {
    return 8L * partial.length + 4L * (rows.length + 1L) * mean.length;
  }

  /** Finds the mean of the bound points and centres the sets on it. */
  public void apply() {
    double[] sums = new double[d];
    long count = 0;
    for (VectorSet set : sets) {
      set.vectors().centre(null);
      add(set, sums);
      count += set.count();
    }
    for (int z = 0; z < d; z++) {
      mean[z] = (float) (sums[z] / count);
    }
    for (VectorSet set : sets) {
      set.vectors().centre(mean);
    }
  }

  private void add(VectorSet set, double[] sums) {
    Arrays.fill(partial, 0);
    int chunks = chunks(set);
    workers.run(
        chunks,
        (chunk, worker) -> {
          float[] row = rows[worker];
          for (int i = chunk * CHUNK; i < Math.min((chunk + 1) * CHUNK, set.count()); i++) {
            set.vectors().read(i, row, 0);
            for (int z = 0; z < d; z++) {
              partial[chunk * d + z] += row[z];
            }
          }
        });
    for (int i = 0; i < chunks * d; i++) {
      sums[i % d] += partial[i];
    }
  }
}
