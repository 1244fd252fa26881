package io.gramian.cuda.cloud;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.GemmTile;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.MemorySegment;

/**
 * The clouds of one side of an op, {@code points} [B,M,d] and {@code weights} [B,M], and their
 * gradients. The engine over pairs takes the points as rows at one distance; where they are not, it
 * gets a copy, and so do their gradients. Structs {@code CopyParams} and {@code
 * WeightGradientParams} of kernels/src/pointcloud.cu.
 */
public final class CloudTensors {
  /** Image of the kernels that all ops over clouds share. */
  public static final String IMAGE = "pointcloud";

  private final String points;
  private final String weights;
  private final TensorSpec spec;
  private final CloudSide side;
  private final Rows rows;
  private final Launch copyPoints;
  private final Launch copyGradient;
  private final Launch weightGradient;
  private final GradientRows pointGradient;
  private final long pointsRegion;
  private final long gradientRegion;

  /**
   * Reserves what copies need.
   *
   * @param prefix of the names: {@code <prefix>points}, {@code <prefix>weights}
   */
  public CloudTensors(
      CudaDevice device,
      LaunchList launches,
      Scratch scratch,
      String op,
      String prefix,
      Specs inputs,
      Specs outputs,
      boolean accumulate) {
    this.points = prefix + "points";
    this.weights = prefix + "weights";
    this.spec = inputs.get(points);
    long count = Math.multiplyExact(spec.size(0), spec.size(1));
    if (count > Integer.MAX_VALUE - GemmTile.ROWS
        || spec.size(2) > Integer.MAX_VALUE - GemmTile.GRADIENT_COLUMNS) {
      throw new ShapeException(
          op
              + ": expected fewer than 2^31 - 128 points and dimensions of '"
              + points
              + "', got "
              + spec);
    }
    TensorSpec weightSpec = inputs.get(weights);
    this.side =
        new CloudSide(
            (int) spec.size(0), (int) spec.size(1), weightSpec.dtype(), weightSpec.stride(0));
    int d = (int) spec.size(2);
    long uniform = rowStride(spec);
    this.rows = new Rows(spec.dtype(), (int) count, d, uniform < 0 ? d : uniform);
    this.copyPoints = uniform < 0 ? copyLaunch(device, launches) : null;
    this.pointsRegion =
        uniform < 0 ? scratch.region(Math.multiplyExact(count, d) * spec.dtype().bytes()) : -1;
    if (copyPoints != null) {
      MemorySegment p = copyPoints.parameter();
      Copy.from(p, spec.stride(0), spec.stride(1), spec.dtype());
      Copy.to(p, (long) side.size() * d, d, spec.dtype(), false);
    }

    TensorSpec gradient = outputs.find("grad_" + points);
    boolean isCopied = gradient != null && rowStride(gradient) < 0;
    this.pointGradient =
        gradient == null
            ? null
            : isCopied
                ? new GradientRows(DType.F32, d, false)
                : new GradientRows(gradient.dtype(), rowStride(gradient), accumulate);
    this.copyGradient = isCopied ? copyLaunch(device, launches) : null;
    this.gradientRegion = isCopied ? scratch.words(Math.multiplyExact(count, d)) : -1;
    if (isCopied) {
      MemorySegment p = copyGradient.parameter();
      Copy.from(p, (long) side.size() * d, d, DType.F32);
      Copy.to(p, gradient.stride(0), gradient.stride(1), gradient.dtype(), accumulate);
    }
    GradientRows ofWeights = GradientRows.of(outputs.find("grad_" + weights), accumulate);
    this.weightGradient =
        ofWeights == null
            ? null
            : launches.add(
                device.kernel(IMAGE, "pointcloud_weight_gradient"),
                Operand.threads(),
                0,
                Weights.BYTES);
    if (weightGradient != null) {
      MemorySegment p = weightGradient.parameter();
      RowStructs.gradient(p, Weights.OUT, ofWeights);
      p.set(JAVA_INT, Weights.SIZE, side.size());
      p.set(JAVA_INT, Weights.COUNT, rows.count());
    }
  }

  /** Requires element types that the kernels take. */
  public static void requireTypes(String op, String prefix, Specs inputs, Specs outputs) {
    for (String name : new String[] {prefix + "points", prefix + "weights"}) {
      CudaExecutor.requireType(op, inputs, name, CudaExecutor.DATA_TYPES);
      CudaExecutor.requireType(op, outputs, "grad_" + name, CudaExecutor.DATA_TYPES);
    }
  }

  /** Numbers from point to point; negative if that is not the same everywhere. */
  private static long rowStride(TensorSpec spec) {
    if (spec.size(1) == 1) {
      return spec.stride(0);
    }
    return spec.size(0) <= 1 || spec.stride(0) == spec.size(1) * spec.stride(1)
        ? spec.stride(1)
        : -1;
  }

  private Launch copyLaunch(CudaDevice device, LaunchList launches) {
    Launch launch =
        launches.add(device.kernel(IMAGE, "pointcloud_copy"), Operand.threads(), 0, Copy.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_INT, Copy.SIZE, side.size());
    p.set(JAVA_INT, Copy.DEPTH, rows.d());
    p.set(JAVA_INT, Copy.COUNT, rows.count());
    return launch;
  }

  /** The clouds. */
  public CloudSide side() {
    return side;
  }

  /** Their points, one after the other. */
  public Rows rows() {
    return rows;
  }

  /** The gradient of the points as the kernels write it; null if it is not wanted. */
  public GradientRows pointGradient() {
    return pointGradient;
  }

  /** Whether the gradient of the weights is wanted. */
  public boolean wantsWeights() {
    return weightGradient != null;
  }

  /** Whether any gradient is wanted. */
  public boolean wantsGradients() {
    return pointGradient != null || wantsWeights();
  }

  /** Enqueues the copy of the points where there is one; returns the device address of the rows. */
  public long load(long stream, Bindings in, long workspace) {
    long address = in.get(points).address();
    if (copyPoints == null) {
      return address;
    }
    long to = workspace + pointsRegion;
    enqueue(copyPoints, stream, address, to);
    return to;
  }

  /** Device address of the weights. */
  public long weights(Bindings in) {
    return in.get(weights).address();
  }

  /** Device address of the gradient of the points as the kernels write it; 0 for none. */
  public long pointGradient(Bindings out, long workspace) {
    return gradientRegion < 0
        ? CudaExecutor.address(out.find("grad_" + points))
        : workspace + gradientRegion;
  }

  /** Enqueues the copy of the gradient of the points to the caller where there is one. */
  public void storePointGradient(long stream, Bindings out, long workspace) {
    if (copyGradient != null) {
      enqueue(
          copyGradient, stream, workspace + gradientRegion, out.get("grad_" + points).address());
    }
  }

  /** Enqueues the gradient of the weights, if wanted: the sum of its parts [slices][B * M]. */
  public void storeWeightGradient(long stream, Bindings out, long parts, int slices) {
    if (weightGradient != null && rows.count() > 0) {
      MemorySegment p = weightGradient.parameter();
      p.set(JAVA_LONG, Weights.PARTS, parts);
      p.set(JAVA_INT, Weights.SLICES, slices);
      RowStructs.bindGradient(p, Weights.OUT, out.get("grad_" + weights).address());
      int blocks = Math.ceilDiv(rows.count(), Operand.threads());
      weightGradient.enqueue(stream, blocks, 1, 1);
    }
  }

  private void enqueue(Launch copy, long stream, long from, long to) {
    if (rows.count() > 0) {
      copy.parameter().set(JAVA_LONG, Copy.FROM, from);
      copy.parameter().set(JAVA_LONG, Copy.TO, to);
      copy.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
    }
  }

  private static final class Copy {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long FROM = LAYOUT.pointer();
    static final long FROM_CLOUD_STRIDE = LAYOUT.int64();
    static final long FROM_ROW_STRIDE = LAYOUT.int64();
    static final long TO = LAYOUT.pointer();
    static final long TO_CLOUD_STRIDE = LAYOUT.int64();
    static final long TO_ROW_STRIDE = LAYOUT.int64();
    static final long FROM_TYPE = LAYOUT.int32();
    static final long TO_TYPE = LAYOUT.int32();
    static final long ACCUMULATE = LAYOUT.int32();
    static final long SIZE = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();

    static void from(MemorySegment p, long cloudStride, long rowStride, DType type) {
      p.set(JAVA_LONG, FROM_CLOUD_STRIDE, cloudStride);
      p.set(JAVA_LONG, FROM_ROW_STRIDE, rowStride);
      p.set(JAVA_INT, FROM_TYPE, ScalarField.typeCode(type));
    }

    static void to(
        MemorySegment p, long cloudStride, long rowStride, DType type, boolean accumulate) {
      p.set(JAVA_LONG, TO_CLOUD_STRIDE, cloudStride);
      p.set(JAVA_LONG, TO_ROW_STRIDE, rowStride);
      p.set(JAVA_INT, TO_TYPE, ScalarField.typeCode(type));
      p.set(JAVA_INT, ACCUMULATE, accumulate ? 1 : 0);
    }
  }

  private static final class Weights {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long PARTS = LAYOUT.pointer();
    static final long OUT = LAYOUT.struct(RowStructs.GRADIENT_OUTPUT);
    static final long SLICES = LAYOUT.int32();
    static final long SIZE = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long RESERVED = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
