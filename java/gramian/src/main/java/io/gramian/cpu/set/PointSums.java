package io.gramian.cpu.set;

import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/** Sums over the points of a set, in float64: tasks of points, then the tasks in order. */
final class PointSums {
  /** Points of a task. */
  private static final int TASK_POINTS = 256;

  private final Workers workers;
  private final VectorSet set;
  private final int d;
  private final int tasks;
  private final double[] partial;
  private final float[][] rows;

  PointSums(Resources resources, VectorSet set) {
    this.workers = resources.workers();
    this.set = set;
    this.d = set.d();
    this.tasks = Math.ceilDiv(set.count(), TASK_POINTS);
    this.partial = resources.doubles(tasks * d);
    this.rows = resources.scratch(Panels.padded(d, Simd.PADDING));
  }

  /** Sees a point. */
  interface Visitor {
    /**
     * Takes a point.
     *
     * @param sums d of them, of its task, from {@code at} on
     */
    void visit(int point, float[] row, double[] sums, int at);
  }

  /** Visits all points and adds what they add to their sums to {@code total}. */
  void addTo(double[] total, Visitor visitor) {
    Arrays.fill(partial, 0);
    workers.run(
        tasks,
        (task, worker) -> {
          float[] row = rows[worker];
          int from = task * TASK_POINTS;
          for (int i = from; i < Math.min(from + TASK_POINTS, set.count()); i++) {
            set.vectors().read(i, row, 0);
            visitor.visit(i, row, partial, task * d);
          }
        });
    for (int i = 0; i < partial.length; i++) {
      total[i % d] += partial[i];
    }
  }
}
