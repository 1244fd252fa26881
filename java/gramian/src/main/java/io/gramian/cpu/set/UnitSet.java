package io.gramian.cpu.set;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.Vectors;
import java.util.Arrays;

/**
 * An input [B,d] scaled to unit length where asked for, less the mean of its rows: distances stay
 * what they are, and those of rows that point in nearly the same direction keep their digits, which
 * a rounded unit vector has no more.
 */
public final class UnitSet {
  private static final int TASK_ROWS = 64;

  private final String name;
  private final StripMath math;
  private final Workers workers;
  private final boolean normalize;
  private final int count;
  private final int d;
  private final float[] values;
  private final double[] factors;
  private final double[] mean;
  private final double[] partial;
  private final float[][] scratch;
  private final VectorSet set;
  private final Bindings centred;
  private Rows rows = Rows.NONE;

  /** The input of that name. */
  public UnitSet(Resources resources, String name, Specs inputs, Specs outputs, boolean normalize) {
    this.name = name;
    this.math = resources.simd().strips();
    this.workers = resources.workers();
    this.normalize = normalize;
    TensorSpec spec = inputs.get(name);
    this.count = Math.toIntExact(spec.size(0));
    this.d = Math.toIntExact(spec.size(1));
    this.values = resources.floats(Math.multiplyExact(count, d));
    this.factors = resources.doubles(count);
    this.mean = resources.doubles(d);
    this.partial = resources.doubles(Math.ceilDiv(count, TASK_ROWS) * d);
    this.scratch = resources.scratch(2 * Panels.padded(d, Simd.PADDING));
    this.set = new VectorSet(resources, name, inputs, outputs, false);
    this.centred = Bindings.of(name, Tensor.of(values, count, d));
  }

  /** The rows as engines use them. */
  public VectorSet set() {
    return set;
  }

  /** Takes the tensor of a run. */
  public void bind(Bindings in) {
    rows = new Rows(in.get(name));
    workers.run(tasks(), (task, worker) -> addToMean(task, scratch[worker]));
    for (int z = 0; z < d; z++) {
      mean[z] = 0;
      for (int task = 0; task < tasks(); task++) {
        mean[z] += partial[task * d + z] / count;
      }
    }
    workers.run(tasks(), (task, worker) -> centre(task, scratch[worker]));
    set.bind(centred);
  }

  /** Whether all rows are numbers. */
  public boolean isFinite() {
    return Arrays.stream(mean).allMatch(Double::isFinite);
  }

  private int tasks() {
    return Math.ceilDiv(count, TASK_ROWS);
  }

  private int end(int task) {
    return Math.min((task + 1) * TASK_ROWS, count);
  }

  private void addToMean(int task, float[] row) {
    Arrays.fill(partial, task * d, (task + 1) * d, 0);
    for (int i = task * TASK_ROWS; i < end(task); i++) {
      rows.read(i, row, 0);
      factors[i] = 1;
      if (normalize) {
        factors[i] = 1 / Math.max(Math.sqrt(math.exactDot(row, 0, row, 0, d)), Vectors.FLOOR);
      }
      for (int z = 0; z < d; z++) {
        partial[task * d + z] += factors[i] * row[z];
      }
    }
  }

  private void centre(int task, float[] row) {
    for (int i = task * TASK_ROWS; i < end(task); i++) {
      rows.read(i, row, 0);
      for (int z = 0; z < d; z++) {
        values[i * d + z] = (float) (factors[i] * row[z] - mean[z]);
      }
    }
  }

  /** Writes the gradient of the raw rows, if it is bound. */
  public void write(Bindings out, boolean accumulate) {
    Gradient output = Gradient.of(out, "grad_" + name, accumulate);
    if (!output.isWanted()) {
      return;
    }
    workers.run(
        tasks(),
        (task, worker) -> {
          float[] row = scratch[worker];
          for (int i = task * TASK_ROWS; i < end(task); i++) {
            backward(i, row);
            output.write(i, row, Panels.padded(d, Simd.PADDING));
          }
        });
  }

  /** f (g - u (u.g)), u = f x; below the floor, f is a constant. */
  private void backward(int i, float[] row) {
    float[] gradient = set.sum();
    int to = Panels.padded(d, Simd.PADDING);
    double factor = factors[i];
    rows.read(i, row, 0);
    boolean isProjected = normalize && factor < 1 / Vectors.FLOOR;
    double along = 0;
    for (int z = 0; z < d && isProjected; z++) {
      along += factor * row[z] * gradient[i * d + z];
    }
    for (int z = 0; z < d; z++) {
      double ofUnit = gradient[i * d + z] - along * factor * row[z];
      row[to + z] = (float) (factor * ofUnit);
    }
  }
}
