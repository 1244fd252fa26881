package io.gramian.cpu.set;

import static io.gramian.op.SemanticDensity.FLOOR;

import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * How far the points of a set spread: V, the sum over dimensions of the unbiased variance (0 for a
 * single point), and R, the sum of (max - min)^2; both at least {@link
 * io.gramian.op.SemanticDensity#FLOOR}. In float64.
 */
public final class SetSpread {
  private final VectorSet set;
  private final PointSums points;
  private final int count;
  private final int d;
  private final double[] means;
  private final double[] variances;
  private final int[] highest;
  private final int[] lowest;
  private final float[] high;
  private final float[] low;
  private final float[] row;
  private double variance;
  private double range;

  public SetSpread(Resources resources, VectorSet set) {
    this.set = set;
    this.points = new PointSums(resources, set);
    this.count = set.count();
    this.d = set.d();
    this.means = resources.doubles(d);
    this.variances = resources.doubles(d);
    this.highest = resources.ints(d);
    this.lowest = resources.ints(d);
    this.high = resources.floats(d);
    this.low = resources.floats(d);
    this.row = resources.floats(Panels.padded(d, Simd.PADDING));
  }

  /** Takes the points of a run. */
  public void measure() {
    Arrays.fill(means, 0);
    points.addTo(
        means,
        (point, values, sums, at) -> {
          for (int z = 0; z < d; z++) {
            sums[at + z] += values[z];
          }
        });
    for (int z = 0; z < d; z++) {
      means[z] /= count;
    }
    Arrays.fill(variances, 0);
    points.addTo(
        variances,
        (point, values, sums, at) -> {
          for (int z = 0; z < d; z++) {
            double difference = values[z] - means[z];
            sums[at + z] += difference * difference;
          }
        });
    variance = 0;
    for (int z = 0; z < d; z++) {
      variance += variances[z] / Math.max(count - 1, 1);
    }
    findExtremes();
  }

  /** The first point that attains each maximum and minimum. */
  private void findExtremes() {
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

  /**
   * Adds the gradients of V and R, which have none below the floor, to that of the set, if it is
   * wanted.
   */
  public void addGradients(double ofVariance, double ofRange) {
    if (!set.wantsGradient()) {
      return;
    }
    float[] gradient = set.sum();
    if (!(variance < FLOOR)) {
      double factor = 2 * ofVariance / Math.max(count - 1, 1);
      points.addTo(
          variances,
          (point, values, sums, at) -> {
            for (int z = 0; z < d; z++) {
              gradient[point * d + z] += (float) (factor * (values[z] - means[z]));
            }
          });
    }
    for (int z = 0; z < d && !(range < FLOOR); z++) {
      double step = 2 * ofRange * ((double) high[z] - low[z]);
      gradient[highest[z] * d + z] += (float) step;
      gradient[lowest[z] * d + z] -= (float) step;
    }
  }
}
