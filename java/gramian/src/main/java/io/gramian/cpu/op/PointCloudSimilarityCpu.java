package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.cloud.CloudPairs;
import io.gramian.cpu.cloud.PackedPoints;
import io.gramian.cpu.cloud.PointSet;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.device.Workers;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.Sizes;

/**
 * {@link PointCloudSimilarity}: each cloud of x with all of y, and for the gradients each cloud of
 * either side with all of the other.
 */
final class PointCloudSimilarityCpu extends CpuExecutor {
  private final Workers workers;
  private final PointSet x;
  private final PointSet y;
  private final PackedPoints packedX;
  private final PackedPoints packedY;
  private final CloudPairs xWithY;
  private final CloudPairs yWithX;

  PointCloudSimilarityCpu(
      CpuDevice device, PointCloudSimilarity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    this.workers = device.workers();
    int d = sizes.intOf("d");
    this.x = new PointSet(device, sizes.intOf("Bx"), sizes.intOf("Mx"), d);
    this.y = new PointSet(device, sizes.intOf("By"), sizes.intOf("My"), d);
    this.packedY = new PackedPoints(device, y, wantsSide(outputs, "x"));
    this.xWithY = new CloudPairs(device, op, x, y, packedY, wantsSide(outputs, "x"));
    boolean wantsY = wantsSide(outputs, "y");
    this.packedX = wantsY ? new PackedPoints(device, x, true) : null;
    this.yWithX = wantsY ? new CloudPairs(device, op, y, x, packedX, true) : null;
  }

  private static boolean wantsSide(Specs outputs, String side) {
    return outputs.has("grad_" + side + "_points") || outputs.has("grad_" + side + "_weights");
  }

  @Override
  public long ownedBytes() {
    long bytes = x.bytes() + y.bytes() + packedY.bytes() + xWithY.bytes();
    return yWithX == null ? bytes : bytes + packedX.bytes() + yWithX.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    x.bind(in.get("x_points"), in.get("x_weights"));
    y.bind(in.get("y_points"), in.get("y_weights"));
    packedY.load();
    if (out.has("similarity")) {
      writeSimilarities(out.get("similarity"));
    }
    if (wantsSide(out.specs(), "x")) {
      Tensor upstream = in.get("grad_similarity");
      backward(xWithY, x, out, "x", i -> other -> element(upstream, i, other));
    }
    if (yWithX != null) {
      packedX.load();
      Tensor upstream = in.get("grad_similarity");
      backward(yWithX, y, out, "y", j -> other -> element(upstream, other, j));
    }
  }

  private void writeSimilarities(Tensor similarity) {
    workers.run(
        x.clouds(),
        (cloud, worker) -> {
          double[] row = xWithY.forward(cloud, worker);
          for (int other = 0; other < row.length; other++) {
            double value = Double.isFinite(row[other]) ? row[other] : Double.NaN;
            Scalars.set(
                similarity.memory(), similarity.dtype(), offset(similarity, cloud, other), value);
          }
        });
  }

  /** The upstream gradients of a cloud. */
  @FunctionalInterface
  private interface UpstreamOf {
    CloudPairs.Upstream cloud(int cloud);
  }

  private void backward(
      CloudPairs pairs, PointSet set, Bindings out, String side, UpstreamOf upstream) {
    Gradient points = gradient(out, "grad_" + side + "_points");
    Gradient weights = gradient(out, "grad_" + side + "_weights");
    workers.run(
        set.clouds(),
        (cloud, worker) -> pairs.backward(cloud, worker, upstream.cloud(cloud), points, weights));
  }

  private static double element(Tensor matrix, int row, int column) {
    return Scalars.get(matrix.memory(), matrix.dtype(), offset(matrix, row, column));
  }

  private static long offset(Tensor matrix, int row, int column) {
    return (row * matrix.spec().stride(0) + column) * matrix.dtype().bytes();
  }
}
