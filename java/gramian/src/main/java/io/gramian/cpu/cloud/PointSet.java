package io.gramian.cpu.cloud;

import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.PointCloudEmbed;

/**
 * Weighted point clouds as ops use them: unit points [clouds,size,d], numbered through, and their
 * weights [clouds,size]. {@link #bind} before each run.
 */
public final class PointSet {
  /** Points that a task reads. */
  private static final int BLOCK = 256;

  private final Simd simd;
  private final Workers workers;
  private final int clouds;
  private final int size;
  private final int d;
  private final Vectors points;
  private final float[] weights;
  private final float[] norms;

  public PointSet(CpuDevice device, int clouds, int size, int d) {
    this.simd = Simd.of(device);
    this.workers = device.workers();
    this.clouds = clouds;
    this.size = size;
    this.d = d;
    int count = Math.multiplyExact(clouds, size);
    this.points = new Vectors(simd, count, PointCloudEmbed.MIN_NORM);
    this.weights = new float[Panels.padded(count, Simd.PADDING) + Simd.PADDING];
    this.norms = weights.clone();
  }

  /** Takes the tensors of a run and reads them once. */
  public void bind(Tensor pointTensor, Tensor weightTensor) {
    points.bind(pointTensor, null);
    Rows rows = new Rows(weightTensor);
    for (int cloud = 0; cloud < clouds; cloud++) {
      rows.read(cloud, weights, cloud * size);
    }
    int tasks = (count() + BLOCK - 1) / BLOCK;
    workers.run(
        tasks,
        (task, worker) -> {
          float[] row = new float[Panels.padded(d, Simd.PADDING)];
          for (int i = task * BLOCK; i < Math.min(task * BLOCK + BLOCK, count()); i++) {
            points.measure(i, row, 0);
            norms[i] = (float) simd.strips().exactDot(row, 0, row, 0, d);
          }
        });
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

  int d() {
    return d;
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

  public long bytes() {
    return 4L * (count() + 2L * weights.length);
  }
}
