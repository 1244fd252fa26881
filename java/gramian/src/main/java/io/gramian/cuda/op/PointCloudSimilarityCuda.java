package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.CloudWeighParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PointcloudPointFactorsParams;
import io.gramian.cuda.cloud.CloudCells;
import io.gramian.cuda.cloud.CloudSums;
import io.gramian.cuda.cloud.CloudTensors;
import io.gramian.cuda.cloud.PointScores;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairScore;
import io.gramian.cuda.pair.PairWeigh;
import io.gramian.cuda.pair.TupleKind;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.PointCloudSimilarity.Kernel;
import java.util.Collections;
import java.util.List;

/** {@link PointCloudSimilarity} on CUDA: passes over all pairs of points of both sides. */
final class PointCloudSimilarityCuda extends CudaExecutor {
  /** Kernels that are steeper than this want the squared distances with all digits of f32. */
  private static final double STEEP = 4;

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final CloudTensors x;
  private final CloudTensors y;
  private final PairEngine engine;
  private final KernelLaunch<PointcloudPointFactorsParams> pointFactors;
  private final CloudSums sums;

  /** Null where the similarities are not wanted. */
  private final CloudCells cells;

  /** Null where no gradient is wanted. */
  private final Backward backward;

  private final long[] yPoints = new long[1];

  PointCloudSimilarityCuda(
      CudaDevice device,
      PointCloudSimilarity op,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    super(device);
    CloudTensors.requireTypes(op.name(), "x_", inputs, outputs);
    CloudTensors.requireTypes(op.name(), "y_", inputs, outputs);
    requireType(op.name(), inputs, "grad_similarity", SCALAR_TYPES);
    requireType(op.name(), outputs, "similarity", SCALAR_TYPES);
    op.check(inputs, outputs);
    boolean accumulate = options.accumulate();
    try {
      this.x =
          new CloudTensors(device, launches, scratch, op.name(), "x_", inputs, outputs, accumulate);
      this.y =
          new CloudTensors(device, launches, scratch, op.name(), "y_", inputs, outputs, accumulate);
      double share = 1.0 / ((double) x.clouds().size() * y.clouds().size());
      double rate = rate(op.kernel());
      this.engine =
          new PairEngine(
              device,
              launches,
              scratch,
              new PairEngine.Problem(
                  score(op.kernel(), rate),
                  x.rows(),
                  List.of(y.rows()),
                  TupleKind.MEMBERS,
                  PointCloudEmbed.MIN_NORM,
                  null,
                  options.strict() || rate > STEEP,
                  x.wantsGradients() || y.wantsGradients()));
      this.pointFactors = pointFactors(device, op, rate);
      this.sums = new CloudSums(engine, x.clouds(), y.clouds(), share);
      TensorSpec result = outputs.find("similarity");
      this.cells =
          result == null
              ? null
              : new CloudCells(
                  device,
                  launches,
                  scratch,
                  x.clouds(),
                  y.clouds(),
                  share,
                  result.dtype(),
                  result.stride(0),
                  true);
      this.backward = x.wantsGradients() || y.wantsGradients() ? new Backward() : null;
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  /** What the kernels multiply the squared distance with. */
  private static double rate(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Gaussian(double sigma) -> 1 / (2 * sigma * sigma);
      case Kernel.InverseMultiquadric(double c) -> 1 / (c * c);
    };
  }

  /**
   * A squared distance of unit points is good to about 2e-7. Where a narrow kernel makes more than
   * 5e-6 of its value of that, it is made again in double: for a Gaussian unless the value is below
   * e^-16.
   */
  private static PairScore score(Kernel kernel, double rate) {
    return switch (kernel) {
      case Kernel.Gaussian _ -> PointScores.kernel("gaussian", rate > 25 ? 16 / rate : 0);
      case Kernel.InverseMultiquadric _ -> PointScores.kernel("imq", Math.max(0.02 - 1 / rate, 0));
    };
  }

  private KernelLaunch<PointcloudPointFactorsParams> pointFactors(
      CudaDevice device, PointCloudSimilarity op, double rate) {
    KernelLaunch<PointcloudPointFactorsParams> launch =
        launches.add(device, Kernels.POINTCLOUD_POINT_FACTORS);
    PointcloudPointFactorsParams p = launch.parameter();
    p.leastNorm(PointCloudEmbed.MIN_NORM).rate(rate);
    p.linear(op.linearWeight()).kernel(op.kernelWeight());
    p.type(Fields.type(y.rows().type())).depth(y.rows().d()).count(y.rows().count());
    return launch;
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    yPoints[0] = y.load(stream, in, workspace);
    engine.bind(workspace, x.load(stream, in, workspace), yPoints, 0);
    engine.prepare(stream);
    if (y.rows().count() > 0) {
      PointcloudPointFactorsParams p = pointFactors.parameter();
      engine.describeTuples(p.points());
      p.factors(engine.tupleFactors());
      pointFactors.enqueue(stream, Operand.blocks(y.rows().count()), 1, 1);
    }
    sums.bind(x.weights(in), y.weights(in));
    if (cells != null) {
      sums.run(stream, cells.address(workspace));
      cells.store(stream, workspace, out.get("similarity").address());
    }
    if (backward != null) {
      backward.run(stream, in, out, workspace);
    }
  }

  @Override
  public void free() {
    launches.close();
  }

  /** The gradients of points and weights. */
  private final class Backward {
    private final PairBackward<CloudWeighParams> pass;
    private final Region rowSums;
    private final Region columnSums;
    private final long[] yGradient = new long[1];

    Backward() {
      this.pass =
          new PairBackward<>(
              engine,
              scratch,
              sums,
              x.pointGradient(),
              Collections.singletonList(y.pointGradient()));
      PairWeigh<CloudWeighParams> weigh = pass.weigh();
      this.rowSums =
          scratch.reserve(
              x.wantsWeights(), (long) Float.BYTES * weigh.rowSlices() * x.rows().count());
      this.columnSums =
          scratch.reserve(
              y.wantsWeights(), (long) Float.BYTES * weigh.columnSlices() * y.rows().count());
    }

    void run(long stream, Bindings in, Bindings out, long workspace) {
      PairWeigh<CloudWeighParams> weigh = pass.weigh();
      Tensor upstream = in.get("grad_similarity");
      sums.upstream(upstream.address(), upstream.spec().stride(0), upstream.dtype());
      sums.weightGradients(rowSums.at(workspace), columnSums.at(workspace));
      yGradient[0] = y.pointGradient(out, workspace);
      pass.run(stream, x.pointGradient(out, workspace), yGradient);
      // Without points of the other side there is no sum: it has no parts.
      int rowParts = y.rows().count() == 0 ? 0 : weigh.rowSlices();
      int columnParts = x.rows().count() == 0 ? 0 : weigh.columnSlices();
      x.storePointGradient(stream, out, workspace);
      x.storeWeightGradient(stream, out, rowSums.at(workspace), rowParts);
      y.storePointGradient(stream, out, workspace);
      y.storeWeightGradient(stream, out, columnSums.at(workspace), columnParts);
    }
  }
}
