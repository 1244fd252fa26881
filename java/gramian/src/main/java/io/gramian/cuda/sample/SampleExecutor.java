package io.gramian.cuda.sample;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.SampleFlags;
import io.gramian.cuda.abi.SampleParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.driver.MemoryTransfer;
import java.util.Set;

/**
 * The per-sample ops: one launch, a warp per sample, forward and backward together.
 *
 * <p>Vectors without dimensions are zero vectors. The kernels want a dimension, so they are given
 * one: all rows are the same zero, in the workspace.
 */
public final class SampleExecutor extends CudaExecutor {
  private static final int VECTOR_BYTES = 16;

  private static final Set<DType> FLOAT = Set.of(DType.F32);

  /**
   * What tells one per-sample op from another.
   *
   * @param name of the op, its image, its kernels and its output
   * @param flags of {@link SampleFlags}
   * @param ridge of the parameter
   * @param minVolume of the parameter
   */
  public record Variant(String name, int flags, double ridge, double minVolume) {}

  private final CudaDevice device;
  private final String output;
  private final String gradOutput;
  private final LaunchList launches = new LaunchList();
  private final KernelLaunch<SampleParams> launch;
  private final int blocks;
  private final int flags;
  private final boolean vectorShapes;
  private final boolean dimensionless;

  public SampleExecutor(
      CudaDevice device, Variant variant, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    this.device = device;
    output = variant.name();
    gradOutput = "grad_" + output;
    checkTypes(inputs, outputs);
    TensorSpec vectors = inputs.get("vectors");
    TensorSpec gradVectors = outputs.find("grad_vectors");
    blocks = checkedBlocks(vectors);
    dimensionless = vectors.size(2) == 0;
    int k = Math.toIntExact(vectors.size(1));
    int d = Math.max(Math.toIntExact(vectors.size(2)), 1);
    int compiledK = compiledK(k);
    KernelSpec<SampleParams> kernel =
        new KernelSpec<>(
            output,
            output + "_" + vectors.dtype() + "_k" + compiledK,
            Constants.SAMPLE_THREADS,
            SampleParams.TYPE);
    SampleStage stage =
        SampleStage.of(
            device.context().device(),
            device.kernel(kernel).staticSharedBytes(),
            compiledK,
            k,
            (long) d * vectors.dtype().bytes());
    flags =
        variant.flags()
            | (options.accumulate() ? SampleFlags.ACCUMULATE.code() : 0)
            | (gradVectors != null && gradVectors.dtype() != vectors.dtype()
                ? SampleFlags.FLOAT_GRADIENT.code()
                : 0);
    vectorShapes =
        !dimensionless
            && (long) d * vectors.dtype().bytes() % VECTOR_BYTES == 0
            && hasAlignedRows(vectors)
            && (gradVectors == null || hasAlignedRows(gradVectors));
    launch = launches.add(device, kernel, kernel.threads(), stage.bytes());
    SampleParams p = launch.parameter();
    p.batch(vectors.size(0)).k(k).d(d).stageChunks(stage.chunks());
    p.ridge(variant.ridge()).minVolume(variant.minVolume());
    if (!dimensionless) {
      p.vectorsBatchStride(vectors.stride(0)).vectorsRowStride(vectors.stride(1));
    }
    if (gradVectors != null) {
      p.gradBatchStride(gradVectors.stride(0)).gradRowStride(gradVectors.stride(1));
    }
    TensorSpec result = outputs.find(output);
    p.outputBatchStride(stride(result, 0)).outputRowStride(stride(result, 1));
    TensorSpec upstream = inputs.find(gradOutput);
    p.gradOutputBatchStride(stride(upstream, 0)).gradOutputRowStride(stride(upstream, 1));
  }

  /** A stride of a tensor; 0 where there is no tensor or no such axis. */
  private static long stride(TensorSpec spec, int axis) {
    return spec == null || axis >= spec.rank() ? 0 : spec.stride(axis);
  }

  @Override
  public long workspaceBytes() {
    return dimensionless ? VECTOR_BYTES : 0;
  }

  @Override
  public void enqueue(long stream, Bindings inputs, Bindings outputs, long workspace) {
    if (blocks == 0) {
      return;
    }
    long vectors = address(inputs.find("vectors"));
    long gradVectors = address(outputs.find("grad_vectors"));
    if (dimensionless) {
      MemoryTransfer.fillAsync(device.context(), workspace, (byte) 0, VECTOR_BYTES, stream);
      vectors = workspace;
      gradVectors = 0;
    }
    boolean vectorAccess = vectorShapes && (vectors | gradVectors) % VECTOR_BYTES == 0;
    launch
        .parameter()
        .vectors(vectors)
        .output(address(outputs.find(output)))
        .gradOutput(address(inputs.find(gradOutput)))
        .gradVectors(gradVectors)
        .flags(vectorAccess ? flags | SampleFlags.VECTOR_ACCESS.code() : flags);
    launch.enqueue(stream, blocks, 1, 1);
  }

  @Override
  public void free() {
    launches.close();
  }

  /**
   * The number of vectors of the kernel that serves {@code k}: up to 6 there is one for each but 1,
   * the larger ones take any number up to theirs.
   */
  static int compiledK(int k) {
    if (k >= 2 && k <= 6) {
      return k;
    }
    return k <= 8 ? 8 : k <= 12 ? 12 : 16;
  }

  private void checkTypes(Specs inputs, Specs outputs) {
    requireType(output, inputs, "vectors", DATA_TYPES);
    requireType(output, inputs, gradOutput, FLOAT);
    requireType(output, outputs, output, FLOAT);
    requireType(output, outputs, "grad_vectors", DATA_TYPES);
  }

  private int checkedBlocks(TensorSpec vectors) {
    long count = Math.ceilDiv(vectors.size(0), (long) Constants.SAMPLE_WARPS);
    if (count > Integer.MAX_VALUE || vectors.size(2) > Integer.MAX_VALUE) {
      throw new ShapeException(
          output + ": expected a batch below 2^33 and a dimension below 2^31, got " + vectors);
    }
    return (int) count;
  }

  private static boolean hasAlignedRows(TensorSpec spec) {
    long bytes = spec.dtype().bytes();
    return spec.stride(0) * bytes % VECTOR_BYTES == 0 && spec.stride(1) * bytes % VECTOR_BYTES == 0;
  }
}
