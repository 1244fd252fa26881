package io.gramian.cpu.set;

import static io.gramian.op.SemanticDensity.FLOOR;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * How far the points of a set spread: V, the sum over dimensions of the unbiased variance (0 for a
 * single point), and R, the sum of (max - min)^2; both at least {@link
 * io.gramian.op.SemanticDensity#FLOOR}. In float64, in chunks of points that are added in order.
 */
public final class SetSpread {
  /** Points of a task. */
  private static final int CHUNK = 256;

  private final Workers workers;
  private final VectorSet set;
  private final int count;
  private final int d;
  private final int chunks;
  private final double[] partial;
  private final double[] means;
  private final int[] highest;
  private final int[] lowest;
  private final float[] high;
  private final float[] low;
  private final float[][] rows;
  private double variance;
  private double range;

  public SetSpread(CpuDevice device, VectorSet set, int d) {
    this.workers = device.workers();
    this.set = set;
    this.count = set.count();
    this.d = d;
    this.chunks = (count + CHUNK - 1) / CHUNK;
    this.partial = new double[chunks * d];
    this.means = new double[d];
    this.highest = new int[d];
    this.lowest = new int[d];
    this.high = new float[d];
    this.low = new float[d];
    this.rows = new float[workers.threads()][Panels.padded(d, Simd.PADDING)];
  }

  public long bytes() {
    return 8L * (partial.length + means.length) + 16L * d + 4L * rows.length * rows[0].length;
  }

  /** Takes the points of a run. */
  public void measure() {
    Arrays.fill(partial, 0);
    eachPoint(
        (i, row, at) -> {
          for (int z = 0; z < d; z++) {
            partial[at + z] += row[z];
          }
        });
    for (int z = 0; z < d; z++) {
      means[z] = total(z) / count;
    }
    Arrays.fill(partial, 0);
    eachPoint(
        (i, row, at) -> {
          for (int z = 0; z < d; z++) {
            double difference = row[z] - means[z];
            partial[at + z] += difference * difference;
          }
        });
    variance = 0;
    for (int z = 0; z < d; z++) {
      variance += total(z) / Math.max(count - 1, 1);
    }
    findExtremes();
  }

  private double total(int z) {
    double sum = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      sum += partial[chunk * d + z];
    }
    return sum;
  }

  /** The first point that attains each maximum and minimum. */
  private void findExtremes() {
    float[] row = rows[0];
    for (int i = 0; i < count; i++) {
      set.vectors().read(i, row, 0);
      for (int z = 0; z < d; z++) {
        if (i == 0 || row[z] > high[z]) {
          high[z] = row[z];
          highest[z] = i;
        }
        if (i == 0 || row[z] < low[z]) {
          low[z] = row[z];
          lowest[z] = i;
        }
      }
    }
    range = 0;
    for (int z = 0; z < d; z++) {
      double extent = (double) high[z] - low[z];
      range += extent * extent;
    }
  }

  /** V. */
  public double variance() {
    return variance < FLOOR ? FLOOR : variance;
  }

  /** R. */
  public double range() {
    return range < FLOOR ? FLOOR : range;
  }

  /** Adds the gradients of V and R, which have none below the floor, to that of the set. */
  public void addGradients(double ofVariance, double ofRange) {
    float[] gradient = set.sum();
    if (gradient.length == 0) {
      return;
    }
    if (!(variance < FLOOR)) {
      double factor = 2 * ofVariance / Math.max(count - 1, 1);
      eachPoint(
          (i, row, at) -> {
            for (int z = 0; z < d; z++) {
              gradient[i * d + z] += (float) (factor * (row[z] - means[z]));
            }
          });
    }
    for (int z = 0; z < d && !(range < FLOOR); z++) {
      double step = 2 * ofRange * ((double) high[z] - low[z]);
      gradient[highest[z] * d + z] += (float) step;
      gradient[lowest[z] * d + z] -= (float) step;
    }
  }

  /** Sees a point. */
  private interface Visitor {
    /**
     * Takes a point.
     *
     * @param partialAt where the sums of its chunk start
     */
    void visit(int point, float[] row, int partialAt);
  }

  private void eachPoint(Visitor visitor) {
    workers.run(
        chunks,
        (chunk, worker) -> {
          float[] row = rows[worker];
          for (int i = chunk * CHUNK; i < Math.min((chunk + 1) * CHUNK, count); i++) {
            set.vectors().read(i, row, 0);
            visitor.visit(i, row, chunk * d);
          }
        });
  }
}
