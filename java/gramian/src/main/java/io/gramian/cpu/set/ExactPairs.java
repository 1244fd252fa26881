package io.gramian.cpu.set;

import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;

/**
 * All pairs of the points of two sets in float64, from differences of the points themselves: for
 * sets that are nearly equal and points that lie near each other but far from the rest, of which
 * float32 products keep too few digits. A few times slower than an engine.
 *
 * <p>The points of the first set have numbers from 0 on, those of the second come after them.
 */
public final class ExactPairs {
  /** Points of a task, which share the reading of all others. */
  private static final int BLOCK = 8;

  private final StripMath math;
  private final Workers workers;
  private final VectorSet x;
  private final VectorSet y;
  private final int count;
  private final int d;
  private final int stride;
  private final Resources resources;

  /** Of each worker: the rows of its block, then one more; made at the first use. */
  private float[][] rows = {};

  private double[][] distances;
  private double[][] gradients;

  /** Pairs of two sets. */
  public ExactPairs(Resources resources, VectorSet x, VectorSet y) {
    this.resources = resources;
    this.math = resources.simd().strips();
    this.workers = resources.workers();
    this.x = x;
    this.y = y;
    this.count = x.count() + y.count();
    this.d = x.d();
    this.stride = Panels.padded(d, Simd.PADDING);
  }

  /** Sees a point and its pairs. */
  public interface Visitor {
    /**
     * Takes a point.
     *
     * @param values from {@code at} on the squared distances of all points from it, itself
     *     included; may be overwritten by weights w_j of a gradient sum_j w_j (point - point j)
     */
    void visit(int point, double[] values, int at);
  }

  /** Number of points of both sets. */
  public int count() {
    return count;
  }

  /** Shows all points. */
  public void forEach(Visitor visitor) {
    run(visitor, false);
  }

  /** Shows all points and adds the gradients of their weights to those of the sets. */
  public void addGradients(Visitor visitor) {
    run(visitor, true);
  }

  private void run(Visitor visitor, boolean backward) {
    if (rows.length == 0) {
      rows = resources.scratch((BLOCK + 1) * stride);
      distances = resources.doubles(workers.threads(), BLOCK * count);
      gradients = resources.doubles(workers.threads(), BLOCK * d);
    }
    workers.run(
        Math.ceilDiv(count, BLOCK),
        (task, worker) -> {
          int first = task * BLOCK;
          int size = Math.min(BLOCK, count - first);
          measure(first, size, worker);
          for (int i = 0; i < size; i++) {
            visitor.visit(first + i, distances[worker], i * count);
          }
          if (backward) {
            addGradients(first, size, worker);
          }
        });
  }

  private void measure(int first, int size, int worker) {
    float[] points = rows[worker];
    for (int i = 0; i < size; i++) {
      read(first + i, points, i * stride);
    }
    for (int j = 0; j < count; j++) {
      read(j, points, BLOCK * stride);
      for (int i = 0; i < size; i++) {
        distances[worker][i * count + j] =
            math.exactDistance(points, i * stride, points, BLOCK * stride, d);
      }
    }
  }

  private void addGradients(int first, int size, int worker) {
    float[] points = rows[worker];
    double[] sums = gradients[worker];
    Arrays.fill(sums, 0);
    for (int j = 0; j < count; j++) {
      read(j, points, BLOCK * stride);
      for (int i = 0; i < size; i++) {
        double weight = distances[worker][i * count + j];
        if (weight != 0) {
          math.addExactDifference(
              weight, points, i * stride, points, BLOCK * stride, sums, i * d, d);
        }
      }
    }
    for (int i = 0; i < size; i++) {
      VectorSet set = first + i < x.count() ? x : y;
      int at = (first + i < x.count() ? first + i : first + i - x.count()) * d;
      for (int z = 0; z < d && set.wantsGradient(); z++) {
        set.sum()[at + z] += (float) sums[i * d + z];
      }
    }
  }

  private void read(int point, float[] to, int at) {
    if (point < x.count()) {
      x.vectors().read(point, to, at);
    } else {
      y.vectors().read(point - x.count(), to, at);
    }
  }
}
