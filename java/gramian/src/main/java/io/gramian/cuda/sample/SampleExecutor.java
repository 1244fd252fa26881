package io.gramian.cuda.sample;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.driver.Kernel;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.driver.MemoryTransfer;
import java.util.Set;

/**
 * The per-sample ops: one launch, a warp per sample, forward and backward together. The contract
 * with the kernels is in kernels/README.md.
 *
 * <p>Vectors without dimensions are zero vectors. The kernels want a dimension, so they are given
 * one: all rows are the same zero, in the workspace.
 */
public final class SampleExecutor extends CudaExecutor {
  private static final int BLOCK_THREADS = 128;
  private static final int VECTOR_BYTES = 16;

  private static final Set<DType> FLOAT = Set.of(DType.F32);

  /**
   * What tells one per-sample op from another.
   *
   * @param name of the op, its image, its kernels and its output
   * @param flags of the parameter
   * @param ridge of the parameter
   * @param minVolume of the parameter
   */
  public record Variant(String name, int flags, double ridge, double minVolume) {}

  private final CudaDevice device;
  private final String output;
  private final String gradOutput;
  private final Launch launch;
  private final SampleParameter parameter;
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
    Kernel kernel = device.kernel(output, output + "_" + vectors.dtype() + "_k" + compiledK);
    SampleStage stage =
        SampleStage.of(
            device.context().device(),
            kernel.staticSharedBytes(),
            compiledK,
            k,
            (long) d * vectors.dtype().bytes());
    kernel.allowDynamicSharedBytes(stage.bytes());
    flags =
        variant.flags()
            | (options.accumulate() ? SampleParameter.ACCUMULATE : 0)
            | (gradVectors != null && gradVectors.dtype() != vectors.dtype()
                ? SampleParameter.FLOAT_GRADIENT
                : 0);
    vectorShapes =
        !dimensionless
            && (long) d * vectors.dtype().bytes() % VECTOR_BYTES == 0
            && hasAlignedRows(vectors)
            && (gradVectors == null || hasAlignedRows(gradVectors));
    launch = new Launch(kernel, BLOCK_THREADS, stage.bytes(), SampleParameter.BYTES);
    parameter = new SampleParameter(launch.parameter());
    parameter.sizes(vectors.size(0), k, d);
    parameter.stageChunks(stage.chunks());
    parameter.vectors(dimensionless ? null : vectors);
    parameter.gradVectors(gradVectors);
    parameter.output(outputs.find(output));
    parameter.gradOutput(inputs.find(gradOutput));
    parameter.scalars(variant.ridge(), variant.minVolume());
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
    parameter.bind(
        vectors,
        address(outputs.find(output)),
        address(inputs.find(gradOutput)),
        gradVectors,
        vectorAccess ? flags | SampleParameter.VECTOR_ACCESS : flags);
    launch.enqueue(stream, blocks, 1, 1);
  }

  @Override
  public void free() {
    launch.close();
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
    long count = Math.ceilDiv(vectors.size(0), (long) SampleStage.SAMPLES_PER_BLOCK);
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
