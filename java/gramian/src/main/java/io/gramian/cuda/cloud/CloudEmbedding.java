package io.gramian.cuda.cloud;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.cuda.abi.CloudWeighParams;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PointcloudFeatureFactorsParams;
import io.gramian.cuda.abi.PointcloudLinearGradientParams;
import io.gramian.cuda.abi.PointcloudLinearParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Planes;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairGradientGemm;
import io.gramian.cuda.pair.TupleKind;
import io.gramian.op.PointCloudEmbed;
import java.util.List;

/**
 * Embeddings of the clouds of one side, and their gradients: passes over all pairs of points and
 * frequencies, whose scores are the features. The part that is linear in the points has kernels of
 * its own.
 */
public final class CloudEmbedding {
  private final CloudTensors clouds;
  private final PairEngine engine;
  private final CloudSums sums;
  private final int d;
  private final double linear;
  private final DType type;
  private final KernelLaunch<PointcloudFeatureFactorsParams> featureFactors;
  private final KernelLaunch<PointcloudLinearParams> linearSums;
  private final CloudCells linearCells;
  private final CloudCells featureCells;

  /** Null where no gradient is wanted. */
  private final Backward backward;

  private final long[] frequencies = new long[1];

  /**
   * Reserves what a run needs.
   *
   * @param inputs {@code frequencies} and {@code phases}
   * @param type of the embeddings
   * @param stride from embedding to embedding
   */
  public CloudEmbedding(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      PointCloudEmbed op,
      CloudTensors clouds,
      Specs inputs,
      boolean strict,
      DType type,
      long stride) {
    this.clouds = clouds;
    this.type = type;
    Rows points = clouds.rows();
    this.d = points.d();
    Rows rows = Rows.of(op.name(), "frequencies", inputs.get("frequencies"));
    Clouds side = clouds.clouds();
    Clouds features = Clouds.ofRows(rows.count());
    this.linear = Math.sqrt(op.linearWeight()) / side.size();
    double kernel = Math.sqrt(op.kernelWeight()) * Math.sqrt(2.0 / rows.count()) / side.size();
    PairEngine.Problem problem =
        new PairEngine.Problem(
            PointScores.feature(),
            points,
            List.of(rows),
            TupleKind.MEMBERS,
            PointCloudEmbed.MIN_NORM,
            null,
            strict,
            clouds.wantsGradients());
    Planes planes = Planes.ofFeatures(points.type(), strict);
    this.engine = new PairEngine(device, launches, scratch, problem, planes);
    this.sums = new CloudSums(engine, side, features, kernel);
    this.featureFactors = launches.add(device, Kernels.POINTCLOUD_FEATURE_FACTORS);
    featureFactors.parameter().type(Fields.type(inputs.get("phases"))).count(rows.count());
    this.linearSums = launches.add(device, Kernels.POINTCLOUD_LINEAR);
    PointcloudLinearParams p = linearSums.parameter();
    side.describe(p.side());
    p.type(Fields.type(points.type())).depth(d).count(points.count());
    this.linearCells =
        new CloudCells(
            device, launches, scratch, side, Clouds.ofRows(d), linear, type, stride, false);
    this.featureCells =
        new CloudCells(device, launches, scratch, side, features, kernel, type, stride, false);
    this.backward =
        clouds.wantsGradients()
            ? new Backward(scratch, launches.add(device, Kernels.POINTCLOUD_LINEAR_GRADIENT))
            : null;
  }

  /** Takes the addresses of a run and enqueues the preparation of points and frequencies. */
  public void prepare(long stream, Bindings in, long workspace) {
    frequencies[0] = in.get("frequencies").address();
    engine.bind(workspace, clouds.load(stream, in, workspace), frequencies, 0);
    engine.prepare(stream);
    PointcloudFeatureFactorsParams p = featureFactors.parameter();
    p.phases(in.get("phases").address());
    engine.describeTuples(p.frequencies());
    p.factors(engine.tupleFactors());
    featureFactors.enqueue(
        stream, Math.ceilDiv(engine.tupleRows().count(), Constants.ROW_THREADS), 1, 1);
    sums.bind(clouds.weights(in), 0);
  }

  /** Enqueues the embeddings, to a device address. */
  public void forward(long stream, Bindings in, long to) {
    int points = clouds.rows().count();
    if (points == 0) {
      return;
    }
    long workspace = engine.workspace();
    PointcloudLinearParams p = linearSums.parameter();
    engine.anchor().describeInput(p.points());
    p.factors(engine.anchorFactors()).cells(linearCells.address(workspace));
    p.side().weights(clouds.weights(in));
    linearSums.enqueue(
        stream,
        Math.ceilDiv(points, Constants.GEMM_ROWS),
        Math.ceilDiv(d, Constants.GEMM_THREADS),
        1);
    linearCells.store(stream, workspace, to);

    sums.run(stream, featureCells.address(workspace));
    featureCells.store(stream, workspace, to + (long) d * type.bytes());
  }

  /**
   * Enqueues the gradients that are wanted.
   *
   * @param upstream device address of the gradient of the embeddings
   */
  public void backward(
      long stream, Bindings in, Bindings out, long upstream, long upstreamStride, DType type) {
    if (backward != null && clouds.rows().count() > 0) {
      backward.run(stream, in, out, upstream, upstreamStride, type);
    }
  }

  /** The gradients of points and weights. */
  private final class Backward {
    private final PairBackward<CloudWeighParams> pass;
    private final KernelLaunch<PointcloudLinearGradientParams> launch;
    private final Region weightSums;
    private final long[] noGradient = new long[1];

    Backward(Scratch scratch, KernelLaunch<PointcloudLinearGradientParams> launch) {
      this.launch = launch;
      this.pass = new PairBackward<>(engine, scratch, sums, clouds.pointGradient(), List.of());
      Rows points = clouds.rows();
      // The linear part is one part more.
      long parts = pass.weigh().rowSlices() + 1L;
      this.weightSums =
          scratch.reserve(clouds.wantsWeights(), parts * points.count() * Float.BYTES);
      PointcloudLinearGradientParams p = launch.parameter();
      PairGradientGemm gemm = pass.anchorGemm();
      if (gemm != null) {
        gemm.startFromGiven();
        p.gradientStride(gemm.stride());
      }
      clouds.clouds().describe(p.side());
      p.factor(linear).type(Fields.type(points.type())).depth(d).count(points.count());
    }

    void run(
        long stream, Bindings in, Bindings out, long upstream, long upstreamStride, DType type) {
      int points = clouds.rows().count();
      long workspace = engine.workspace();
      PairGradientGemm gemm = pass.anchorGemm();
      int slices = pass.weigh().rowSlices();
      long ofWeights = weightSums.at(workspace);
      long linearPart = ofWeights + (long) Float.BYTES * slices * points;
      PointcloudLinearGradientParams p = launch.parameter();
      engine.anchor().describeInput(p.points());
      p.factors(engine.anchorFactors());
      p.side().weights(clouds.weights(in));
      p.upstream(upstream).upstreamStride(upstreamStride).upstreamType(Fields.type(type));
      p.gradient(gemm == null ? 0 : gemm.gradient());
      p.ofWeights(weightSums.exists() ? linearPart : 0);
      launch.enqueue(stream, Operand.blocks(points), 1, 1);

      sums.upstream(upstream + (long) d * type.bytes(), upstreamStride, type);
      sums.weightGradients(ofWeights, 0);
      pass.run(stream, clouds.pointGradient(out, workspace), noGradient);
      clouds.storePointGradient(stream, out, workspace);
      clouds.storeWeightGradient(stream, out, ofWeights, slices + 1);
    }
  }
}
