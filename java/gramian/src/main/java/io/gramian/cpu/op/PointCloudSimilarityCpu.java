package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.cloud.CloudPairs;
import io.gramian.cpu.cloud.PackedPoints;
import io.gramian.cpu.cloud.PointSet;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.op.PointCloudSimilarity;
import java.util.List;

/**
 * {@link PointCloudSimilarity}: each cloud of x with all of y, and for the gradients each cloud of
 * either side with all of the other.
 */
final class PointCloudSimilarityCpu extends CpuExecutor {
  private final PointSet x;
  private final PointSet y;
  private final Direction rows;

  /** From y to x, if it is wanted. */
  private final List<Direction> columns;

  PointCloudSimilarityCpu(
      CpuDevice device, PointCloudSimilarity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.x = new PointSet(resources, "x_", inputs);
    this.y = new PointSet(resources, "y_", inputs);
    this.rows = new Direction(op, x, y, x.wantsGradients(outputs));
    this.columns = y.wantsGradients(outputs) ? List.of(new Direction(op, y, x, true)) : List.of();
  }

  @Override
  void run(Bindings in, Bindings out) {
    x.bind(in);
    y.bind(in);
    rows.packed.load();
    if (out.has("similarity")) {
      rows.writeSimilarities(out.get("similarity"));
    }
    if (rows.backward) {
      Tensor upstream = in.get("grad_similarity");
      rows.backward(out, (cloud, other) -> element(upstream, cloud, other));
    }
    for (Direction direction : columns) {
      direction.packed.load();
      Tensor upstream = in.get("grad_similarity");
      direction.backward(out, (cloud, other) -> element(upstream, other, cloud));
    }
  }

  private static long at(Tensor matrix, int row, int column) {
    return row * matrix.spec().stride(0) + column;
  }

  private static double element(Tensor matrix, int row, int column) {
    return Scalars.get(matrix, at(matrix, row, column));
  }

  /** The upstream gradient of the similarity of two clouds. */
  @FunctionalInterface
  private interface Upstream {
    double of(int cloud, int other);
  }

  /** The clouds of one side with those of the other. */
  private final class Direction {
    private final PointSet set;
    private final PackedPoints packed;
    private final CloudPairs pairs;
    private final boolean backward;

    Direction(PointCloudSimilarity op, PointSet set, PointSet others, boolean backward) {
      this.set = set;
      this.backward = backward;
      this.packed = new PackedPoints(resources, others, backward);
      this.pairs = new CloudPairs(resources, op, set, others, packed, backward);
    }

    void writeSimilarities(Tensor similarity) {
      resources
          .workers()
          .run(
              set.clouds(),
              (cloud, worker) -> {
                double[] row = pairs.forward(cloud, worker);
                for (int other = 0; other < row.length; other++) {
                  double value = Double.isFinite(row[other]) ? row[other] : Double.NaN;
                  Scalars.set(similarity, at(similarity, cloud, other), value);
                }
              });
    }

    void backward(Bindings out, Upstream upstream) {
      Gradient points = set.ofPoints(out, accumulate);
      Gradient weights = set.ofWeights(out, accumulate);
      resources
          .workers()
          .run(
              set.clouds(),
              (cloud, worker) ->
                  pairs.backward(
                      cloud, worker, other -> upstream.of(cloud, other), points, weights));
    }
  }
}
