package io.gramian.cuda.cloud;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.GemmTile;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Planes;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairGradientGemm;
import io.gramian.cuda.pair.PairWeigh;
import io.gramian.op.PointCloudEmbed;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Embeddings of the clouds of one side, and their gradients: passes over all pairs of points and
 * frequencies, whose scores are the features. The part that is linear in the points has kernels of
 * its own. Structs {@code FeatureFactorsParams}, {@code LinearParams} and {@code
 * LinearGradientParams} of kernels/src/pointcloud.cu.
 */
public final class CloudEmbedding {
  private final CloudTensors clouds;
  private final PairEngine engine;
  private final PairForward forward;
  private final PairBackward backward;
  private final CloudSide features;
  private final int d;
  private final double linear;
  private final double kernel;
  private final DType type;
  private final Launch featureFactors;
  private final Launch linearSums;
  private final CloudCells linearCells;
  private final CloudCells featureCells;
  private final Launch linearGradient;
  private final long weightSums;
  private final long[] frequencies = new long[1];
  private final long[] noGradient = new long[1];

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
    CloudSide side = clouds.side();
    this.features = CloudSide.ofRows(rows.count());
    this.linear = Math.sqrt(op.linearWeight()) / side.size();
    this.kernel = Math.sqrt(op.kernelWeight()) * Math.sqrt(2.0 / rows.count()) / side.size();
    PairEngine.Problem problem =
        new PairEngine.Problem(
            CloudScores.feature(),
            points,
            List.of(rows),
            false,
            PointCloudEmbed.MIN_NORM,
            null,
            strict,
            clouds.wantsGradients());
    Planes planes = Planes.ofFeatures(points.type(), strict);
    this.engine = new PairEngine(device, launches, scratch, problem, planes);
    this.forward = new PairForward(engine, CloudScores.SUMS);
    this.featureFactors = rowLaunch("pointcloud_feature_factors", Factors.BYTES);
    TensorSpec phases = inputs.get("phases");
    featureFactors.parameter().set(JAVA_INT, Factors.TYPE, ScalarField.typeCode(phases.dtype()));
    featureFactors.parameter().set(JAVA_INT, Factors.COUNT, rows.count());
    this.linearSums =
        launches.add(
            device.kernel(CloudTensors.IMAGE, "pointcloud_linear"),
            GemmTile.THREADS,
            0,
            Linear.BYTES);
    MemorySegment p = linearSums.parameter();
    p.set(JAVA_INT, Linear.TYPE, ScalarField.typeCode(points.type()));
    p.set(JAVA_INT, Linear.DEPTH, d);
    p.set(JAVA_INT, Linear.COUNT, points.count());
    this.linearCells =
        new CloudCells(
            device, launches, scratch, side, CloudSide.ofRows(d), linear, type, stride, false);
    this.featureCells =
        new CloudCells(device, launches, scratch, side, features, kernel, type, stride, false);
    this.backward =
        clouds.wantsGradients()
            ? new PairBackward(
                engine, scratch, CloudScores.SUMS, false, false, clouds.pointGradient(), List.of())
            : null;
    this.linearGradient = backward == null ? null : linearGradientLaunch(points);
    // The linear part is one part more.
    this.weightSums =
        clouds.wantsWeights()
            ? scratch.words((backward.weigh().rowSlices() + 1L) * points.count())
            : -1;
  }

  private Launch linearGradientLaunch(Rows points) {
    Launch launch = rowLaunch("pointcloud_linear_gradient", LinearGradient.BYTES);
    MemorySegment p = launch.parameter();
    PairGradientGemm gemm = backward.anchorGemm();
    if (gemm != null) {
      gemm.startFromGiven();
      p.set(JAVA_LONG, LinearGradient.GRADIENT_STRIDE, gemm.stride());
    }
    p.set(JAVA_DOUBLE, LinearGradient.FACTOR, linear);
    p.set(JAVA_INT, LinearGradient.TYPE, ScalarField.typeCode(points.type()));
    p.set(JAVA_INT, LinearGradient.DEPTH, d);
    p.set(JAVA_INT, LinearGradient.COUNT, points.count());
    return launch;
  }

  private Launch rowLaunch(String name, long bytes) {
    return engine.rowLaunch(CloudTensors.IMAGE, name, bytes);
  }

  /** Takes the addresses of a run and enqueues the preparation of points and frequencies. */
  public void prepare(long stream, Bindings in, long workspace) {
    frequencies[0] = in.get("frequencies").address();
    engine.bind(workspace, clouds.load(stream, in, workspace), frequencies, 0);
    engine.prepare(stream);
    MemorySegment p = featureFactors.parameter();
    p.set(JAVA_LONG, Factors.PHASES, in.get("phases").address());
    p.set(JAVA_LONG, Factors.FACTORS, engine.tupleFactors());
    featureFactors.enqueue(stream, Math.ceilDiv(features.clouds(), Operand.threads()), 1, 1);
  }

  /** Enqueues the embeddings, to a device address. */
  public void forward(long stream, Bindings in, long to) {
    int points = clouds.rows().count();
    if (points == 0) {
      return;
    }
    long workspace = engine.workspace();
    MemorySegment p = linearSums.parameter();
    RowStructs.input(p, Linear.POINTS, engine.anchor().input(), clouds.rows().stride());
    p.set(JAVA_LONG, Linear.FACTORS, engine.anchorFactors());
    p.set(JAVA_LONG, Linear.CELLS, linearCells.address(workspace));
    clouds.side().write(p, Linear.SIDE, clouds.weights(in));
    linearSums.enqueue(
        stream, Math.ceilDiv(points, GemmTile.ROWS), Math.ceilDiv(d, GemmTile.THREADS), 1);
    linearCells.store(stream, workspace, to);

    CloudPairs pairs = new CloudPairs(forward.extra(), 0);
    pairs.sides(clouds.side(), clouds.weights(in), features, 0);
    pairs.cells(featureCells.address(workspace));
    forward.run(stream);
    featureCells.store(stream, workspace, to + (long) d * type.bytes());
  }

  /**
   * Enqueues the gradients that are wanted.
   *
   * @param upstream device address of the gradient of the embeddings
   */
  public void backward(
      long stream, Bindings in, Bindings out, long upstream, long upstreamStride, DType type) {
    int points = clouds.rows().count();
    if (backward == null || points == 0) {
      return;
    }
    long workspace = engine.workspace();
    PairWeigh weigh = backward.weigh();
    long sums = weightSums < 0 ? 0 : workspace + weightSums;
    MemorySegment p = linearGradient.parameter();
    RowStructs.input(p, LinearGradient.POINTS, engine.anchor().input(), clouds.rows().stride());
    p.set(JAVA_LONG, LinearGradient.FACTORS, engine.anchorFactors());
    clouds.side().write(p, LinearGradient.SIDE, clouds.weights(in));
    p.set(JAVA_LONG, LinearGradient.UPSTREAM, upstream);
    p.set(JAVA_LONG, LinearGradient.UPSTREAM_STRIDE, upstreamStride);
    p.set(JAVA_INT, LinearGradient.UPSTREAM_TYPE, ScalarField.typeCode(type));
    PairGradientGemm gemm = backward.anchorGemm();
    p.set(JAVA_LONG, LinearGradient.GRADIENT, gemm == null ? 0 : gemm.gradient());
    long linearPart = sums + (long) Float.BYTES * weigh.rowSlices() * points;
    p.set(JAVA_LONG, LinearGradient.OF_WEIGHTS, sums == 0 ? 0 : linearPart);
    linearGradient.enqueue(stream, Operand.blocks(points), 1, 1);

    CloudPairs pairs = new CloudPairs(weigh.extra(), 0);
    pairs.sides(clouds.side(), clouds.weights(in), features, 0);
    pairs.upstream(upstream + (long) d * type.bytes(), upstreamStride, type, kernel);
    pairs.sums(sums, 0);
    backward.run(stream, clouds.pointGradient(out, workspace), noGradient);
    clouds.storePointGradient(stream, out, workspace);
    clouds.storeWeightGradient(stream, out, sums, weigh.rowSlices() + 1);
  }

  private static final class Factors {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long PHASES = LAYOUT.pointer();
    static final long FACTORS = LAYOUT.pointer();
    static final long TYPE = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  private static final class Linear {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long POINTS = LAYOUT.struct(RowStructs.INPUT_ROWS);
    static final long FACTORS = LAYOUT.pointer();
    static final long SIDE = LAYOUT.struct(CloudSide.LAYOUT);
    static final long CELLS = LAYOUT.pointer();
    static final long TYPE = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long RESERVED = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  private static final class LinearGradient {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long POINTS = LAYOUT.struct(RowStructs.INPUT_ROWS);
    static final long FACTORS = LAYOUT.pointer();
    static final long SIDE = LAYOUT.struct(CloudSide.LAYOUT);
    static final long UPSTREAM = LAYOUT.pointer();
    static final long UPSTREAM_STRIDE = LAYOUT.int64();
    static final long GRADIENT = LAYOUT.pointer();
    static final long GRADIENT_STRIDE = LAYOUT.int64();
    static final long OF_WEIGHTS = LAYOUT.pointer();
    static final long FACTOR = LAYOUT.float64();
    static final long UPSTREAM_TYPE = LAYOUT.int32();
    static final long TYPE = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
