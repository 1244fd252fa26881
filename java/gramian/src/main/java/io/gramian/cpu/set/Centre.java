package io.gramian.cpu.set;

import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;
import java.util.List;

/**
 * The mean of the points of several sets, taken away from all of them: distances stay what they
 * are, and |x|^2 + |y|^2 - 2 &lt;x, y&gt; keeps its digits where points lie far from the origin.
 */
public final class Centre {
  private final List<VectorSet> sets;
  private final List<PointSums> sums;
  private final int d;
  private final double[] total;
  private final float[] mean;

  public Centre(Resources resources, VectorSet... sets) {
    this.sets = List.of(sets);
    this.sums = this.sets.stream().map(set -> new PointSums(resources, set)).toList();
    this.d = sets[0].d();
    this.total = resources.doubles(d);
    this.mean = resources.floats(Panels.padded(d, Simd.PADDING));
  }

  /** Finds the mean of the bound points and centres the sets on it. */
  public void apply() {
    Arrays.fill(total, 0);
    for (PointSums set : sums) {
      set.addTo(
          total,
          (point, row, to, at) -> {
            for (int z = 0; z < d; z++) {
              to[at + z] += row[z];
            }
          });
    }
    long count = sets.stream().mapToLong(VectorSet::count).sum();
    for (int z = 0; z < d; z++) {
      mean[z] = (float) (total[z] / count);
    }
    for (VectorSet set : sets) {
      set.vectors().centre(mean);
    }
  }
}
