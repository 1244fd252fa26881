package io.gramian.cpu.cloud;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.StripMath;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.PointCloudEmbed;

/**
 * Weighted point clouds as ops use them: the inputs {@code <prefix>points} [clouds,size,d], made
 * unit and numbered through, and {@code <prefix>weights} [clouds,size]. {@link #bind} before each
 * run.
 */
public final class PointSet {
  private static final int TASK_POINTS = 256;

  private final StripMath math;
  private final Workers workers;
  private final String prefix;
  private final int clouds;
  private final int size;
  private final Vectors points;
  private final float[] weights;
  private final float[] norms;
  private final float[][] scratch;

  /** The inputs of that prefix. */
  public PointSet(Resources resources, String prefix, Specs inputs) {
    this.math = resources.simd().strips();
    this.workers = resources.workers();
    this.prefix = prefix;
    TensorSpec spec = inputs.get(prefix + "points");
    this.clouds = Math.toIntExact(spec.size(0));
    this.size = Math.toIntExact(spec.size(1));
    int d = Math.toIntExact(spec.size(2));
    int count = Math.multiplyExact(clouds, size);
    this.points = Vectors.unit(resources, count, d, PointCloudEmbed.MIN_NORM);
    this.weights = resources.floats(Simd.room(count));
    this.norms = resources.floats(Simd.room(count));
    this.scratch = resources.scratch(Panels.padded(d, Simd.PADDING));
  }

  /** Takes the tensors of a run and reads them once. */
  public void bind(Bindings in) {
    points.bind(in.get(prefix + "points"), Vectors.Absent.NONE);
    Rows rows = new Rows(in.get(prefix + "weights"));
    for (int cloud = 0; cloud < clouds; cloud++) {
      rows.read(cloud, weights, cloud * size);
    }
    workers.run(
        Math.ceilDiv(count(), TASK_POINTS),
        (task, worker) -> {
          float[] row = scratch[worker];
          int from = task * TASK_POINTS;
          for (int i = from; i < Math.min(from + TASK_POINTS, count()); i++) {
            points.measure(i, row, 0);
            norms[i] = (float) math.exactDot(row, 0, row, 0, d());
          }
        });
  }

  /** Whether a gradient of points or weights is among the outputs. */
  public boolean wantsGradients(Specs outputs) {
    return outputs.has("grad_" + prefix + "points") || outputs.has("grad_" + prefix + "weights");
  }

  /** Where the gradient of the points goes. */
  public Gradient ofPoints(Bindings out, boolean accumulate) {
    return Gradient.of(out, "grad_" + prefix + "points", accumulate);
  }

  /** Where the gradient of the weights goes. */
  public Gradient ofWeights(Bindings out, boolean accumulate) {
    return Gradient.of(out, "grad_" + prefix + "weights", accumulate);
  }

  public int clouds() {
    return clouds;
  }

  /** Points of a cloud. */
  int size() {
    return size;
  }

  /** Points of all clouds. */
  int count() {
    return clouds * size;
  }

  public int d() {
    return points.d();
  }

  /** The unit points. */
  Vectors points() {
    return points;
  }

  /** Weights of all points. */
  float[] weights() {
    return weights;
  }

  /** Squared norms of all points: 1, or less where a point was too short to be scaled up. */
  float[] norms() {
    return norms;
  }
}
