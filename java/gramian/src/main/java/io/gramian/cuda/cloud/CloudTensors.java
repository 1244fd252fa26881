package io.gramian.cuda.cloud;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ElementType;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PointcloudCopyParams;
import io.gramian.cuda.abi.PointcloudWeightGradientParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;

/**
 * The clouds of one side of an op, {@code points} [B,M,d] and {@code weights} [B,M], and their
 * gradients. The engine over pairs takes the points as rows at one distance; where they are not, it
 * gets a copy, and so do their gradients.
 */
public final class CloudTensors {
  private final String points;
  private final String weights;
  private final TensorSpec spec;
  private final Clouds clouds;
  private final Rows rows;
  private final KernelLaunch<PointcloudCopyParams> copyPoints;
  private final KernelLaunch<PointcloudCopyParams> copyGradient;
  private final KernelLaunch<PointcloudWeightGradientParams> weightGradient;
  private final GradientRows pointGradient;
  private final boolean wantsWeights;

  /** Copies; none where the kernels read the caller's points or write the caller's gradient. */
  private final Region pointsCopy;

  private final Region gradientCopy;

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
    if (count > Integer.MAX_VALUE - Constants.GEMM_ROWS
        || spec.size(2) > Integer.MAX_VALUE - Constants.GRADIENT_COLUMNS) {
      throw new ShapeException(
          op
              + ": expected fewer than 2^31 - 128 points and dimensions of '"
              + points
              + "', got "
              + spec);
    }
    TensorSpec weightSpec = inputs.get(weights);
    this.clouds =
        new Clouds(
            (int) spec.size(0), (int) spec.size(1), weightSpec.dtype(), weightSpec.stride(0));
    int d = (int) spec.size(2);
    long numbers = Math.multiplyExact(count, d);
    boolean isUniform = isUniform(spec);
    this.rows = new Rows(spec.dtype(), (int) count, d, isUniform ? rowStride(spec) : d);
    this.pointsCopy =
        scratch.reserve(!isUniform, Math.multiplyExact(numbers, spec.dtype().bytes()));
    this.copyPoints = copyLaunch(device, launches);
    PointcloudCopyParams copy = copyPoints.parameter();
    copy.fromCloudStride(spec.stride(0)).fromRowStride(spec.stride(1)).fromType(Fields.type(spec));
    copy.toCloudStride((long) clouds.size() * d).toRowStride(d).toType(Fields.type(spec));

    TensorSpec gradient = outputs.find("grad_" + points);
    boolean isCopied = gradient != null && !isUniform(gradient);
    this.gradientCopy = scratch.reserve(isCopied, Math.multiplyExact(numbers, Float.BYTES));
    this.copyGradient = copyLaunch(device, launches);
    if (isCopied) {
      this.pointGradient = new GradientRows(DType.F32, d, false);
      PointcloudCopyParams p = copyGradient.parameter();
      p.fromCloudStride((long) clouds.size() * d).fromRowStride(d).fromType(ElementType.FLOAT32);
      p.toCloudStride(gradient.stride(0)).toRowStride(gradient.stride(1));
      p.toType(Fields.type(gradient)).accumulate(accumulate);
    } else {
      this.pointGradient =
          gradient == null
              ? null
              : new GradientRows(gradient.dtype(), rowStride(gradient), accumulate);
    }
    GradientRows ofWeights = GradientRows.of(outputs.find("grad_" + weights), accumulate);
    this.wantsWeights = ofWeights != null;
    this.weightGradient = launches.add(device, Kernels.POINTCLOUD_WEIGHT_GRADIENT);
    Fields.prepare(weightGradient.parameter().out(), ofWeights);
    weightGradient.parameter().size(clouds.size()).count(rows.count());
  }

  /** Requires element types that the kernels take. */
  public static void requireTypes(String op, String prefix, Specs inputs, Specs outputs) {
    for (String name : new String[] {prefix + "points", prefix + "weights"}) {
      CudaExecutor.requireType(op, inputs, name, CudaExecutor.DATA_TYPES);
      CudaExecutor.requireType(op, outputs, "grad_" + name, CudaExecutor.DATA_TYPES);
    }
  }

  /** Whether every point is as far from the one before. */
  private static boolean isUniform(TensorSpec spec) {
    return spec.size(0) <= 1
        || spec.size(1) == 1
        || spec.stride(0) == spec.size(1) * spec.stride(1);
  }

  /** Numbers from point to point where that is the same everywhere. */
  private static long rowStride(TensorSpec spec) {
    return spec.stride(spec.size(1) == 1 ? 0 : 1);
  }

  private KernelLaunch<PointcloudCopyParams> copyLaunch(CudaDevice device, LaunchList launches) {
    KernelLaunch<PointcloudCopyParams> launch = launches.add(device, Kernels.POINTCLOUD_COPY);
    launch.parameter().size(clouds.size()).depth(rows.d()).count(rows.count());
    return launch;
  }

  /** The clouds. */
  public Clouds clouds() {
    return clouds;
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
    return wantsWeights;
  }

  /** Whether any gradient is wanted. */
  public boolean wantsGradients() {
    return pointGradient != null || wantsWeights;
  }

  /** Enqueues the copy of the points where there is one; returns the device address of the rows. */
  public long load(long stream, Bindings in, long workspace) {
    long address = in.get(points).address();
    if (!pointsCopy.exists()) {
      return address;
    }
    copy(copyPoints, stream, address, pointsCopy.at(workspace));
    return pointsCopy.at(workspace);
  }

  /** Device address of the weights. */
  public long weights(Bindings in) {
    return in.get(weights).address();
  }

  /** Device address of the gradient of the points as the kernels write it; 0 for none. */
  public long pointGradient(Bindings out, long workspace) {
    return gradientCopy.exists()
        ? gradientCopy.at(workspace)
        : CudaExecutor.address(out.find("grad_" + points));
  }

  /** Enqueues the copy of the gradient of the points to the caller where there is one. */
  public void storePointGradient(long stream, Bindings out, long workspace) {
    if (gradientCopy.exists()) {
      long to = out.get("grad_" + points).address();
      copy(copyGradient, stream, gradientCopy.at(workspace), to);
    }
  }

  /** Enqueues the gradient of the weights, if wanted: the sum of its parts [slices][B * M]. */
  public void storeWeightGradient(long stream, Bindings out, long parts, int slices) {
    if (wantsWeights && rows.count() > 0) {
      weightGradient.parameter().parts(parts).slices(slices);
      weightGradient.parameter().out().to(out.get("grad_" + weights).address());
      int blocks = Math.ceilDiv(rows.count(), Constants.ROW_THREADS);
      weightGradient.enqueue(stream, blocks, 1, 1);
    }
  }

  private void copy(KernelLaunch<PointcloudCopyParams> launch, long stream, long from, long to) {
    if (rows.count() > 0) {
      launch.parameter().from(from).to(to);
      launch.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
    }
  }
}
