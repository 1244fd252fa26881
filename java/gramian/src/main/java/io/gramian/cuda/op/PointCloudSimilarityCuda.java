package io.gramian.cuda.op;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.cloud.CloudCells;
import io.gramian.cuda.cloud.CloudPairs;
import io.gramian.cuda.cloud.CloudScores;
import io.gramian.cuda.cloud.CloudTensors;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairScore;
import io.gramian.cuda.pair.PairWeigh;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.PointCloudSimilarity.Kernel;
import java.lang.foreign.MemorySegment;
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
  private final Launch pointFactors;
  private final PairForward forward;
  private final CloudCells cells;
  private final PairBackward backward;
  private final double share;
  private final long rowSums;
  private final long columnSums;
  private final long[] yPoints = new long[1];
  private final long[] yGradient = new long[1];

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
      this.share = 1.0 / ((double) x.side().size() * y.side().size());
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
                  false,
                  PointCloudEmbed.MIN_NORM,
                  null,
                  options.strict() || rate > STEEP,
                  x.wantsGradients() || y.wantsGradients()));
      this.pointFactors = pointFactors(op, rate);
      this.forward = new PairForward(engine, CloudScores.SUMS);
      TensorSpec result = outputs.find("similarity");
      this.cells =
          result == null
              ? null
              : new CloudCells(
                  device,
                  launches,
                  scratch,
                  x.side(),
                  y.side(),
                  share,
                  result.dtype(),
                  result.stride(0),
                  true);
      this.backward =
          x.wantsGradients() || y.wantsGradients()
              ? new PairBackward(
                  engine,
                  scratch,
                  CloudScores.SUMS,
                  false,
                  false,
                  x.pointGradient(),
                  Collections.singletonList(y.pointGradient()))
              : null;
      this.rowSums =
          x.wantsWeights()
              ? scratch.words((long) backward.weigh().rowSlices() * x.rows().count())
              : -1;
      this.columnSums =
          y.wantsWeights()
              ? scratch.words((long) backward.weigh().columnSlices() * y.rows().count())
              : -1;
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
      case Kernel.Gaussian _ -> CloudScores.points("gaussian", rate > 25 ? 16 / rate : 0);
      case Kernel.InverseMultiquadric _ -> CloudScores.points("imq", Math.max(0.02 - 1 / rate, 0));
    };
  }

  private Launch pointFactors(PointCloudSimilarity op, double rate) {
    Launch launch = engine.rowLaunch(CloudTensors.IMAGE, "pointcloud_point_factors", Factors.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_DOUBLE, Factors.LEAST_NORM, PointCloudEmbed.MIN_NORM);
    p.set(JAVA_DOUBLE, Factors.LINEAR, op.linearWeight());
    p.set(JAVA_DOUBLE, Factors.KERNEL, op.kernelWeight());
    p.set(JAVA_DOUBLE, Factors.RATE, rate);
    p.set(JAVA_INT, Factors.TYPE, ScalarField.typeCode(y.rows().type()));
    p.set(JAVA_INT, Factors.DEPTH, y.rows().d());
    p.set(JAVA_INT, Factors.COUNT, y.rows().count());
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
      MemorySegment p = pointFactors.parameter();
      RowStructs.input(p, Factors.POINTS, yPoints[0], y.rows().stride());
      p.set(JAVA_LONG, Factors.FACTORS, engine.tupleFactors());
      pointFactors.enqueue(stream, Operand.blocks(y.rows().count()), 1, 1);
    }
    if (cells != null) {
      CloudPairs pairs = new CloudPairs(forward.extra(), 0);
      pairs.sides(x.side(), x.weights(in), y.side(), y.weights(in));
      pairs.cells(cells.address(workspace));
      forward.run(stream);
      cells.store(stream, workspace, out.get("similarity").address());
    }
    if (backward != null) {
      backward(stream, in, out, workspace);
    }
  }

  private void backward(long stream, Bindings in, Bindings out, long workspace) {
    PairWeigh weigh = backward.weigh();
    long ofRows = rowSums < 0 ? 0 : workspace + rowSums;
    long ofColumns = columnSums < 0 ? 0 : workspace + columnSums;
    Tensor upstream = in.get("grad_similarity");
    CloudPairs pairs = new CloudPairs(weigh.extra(), 0);
    pairs.sides(x.side(), x.weights(in), y.side(), y.weights(in));
    pairs.upstream(upstream.address(), upstream.spec().stride(0), upstream.dtype(), share);
    pairs.sums(ofRows, ofColumns);
    yGradient[0] = y.pointGradient(out, workspace);
    backward.run(stream, x.pointGradient(out, workspace), yGradient);
    // Without points of the other side there is no sum: it has no parts.
    int rowParts = y.rows().count() == 0 ? 0 : weigh.rowSlices();
    int columnParts = x.rows().count() == 0 ? 0 : weigh.columnSlices();
    x.storePointGradient(stream, out, workspace);
    x.storeWeightGradient(stream, out, ofRows, rowParts);
    y.storePointGradient(stream, out, workspace);
    y.storeWeightGradient(stream, out, ofColumns, columnParts);
  }

  @Override
  public void free() {
    launches.close();
  }

  /** Struct {@code PointFactorsParams} of kernels/src/pointcloud.cu. */
  private static final class Factors {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long POINTS = LAYOUT.struct(RowStructs.INPUT_ROWS);
    static final long FACTORS = LAYOUT.pointer();
    static final long LEAST_NORM = LAYOUT.float64();
    static final long LINEAR = LAYOUT.float64();
    static final long KERNEL = LAYOUT.float64();
    static final long RATE = LAYOUT.float64();
    static final long TYPE = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long RESERVED = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
