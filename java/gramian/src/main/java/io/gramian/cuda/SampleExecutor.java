package io.gramian.cuda;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.driver.DeviceInfo;
import io.gramian.cuda.driver.Kernel;
import io.gramian.cuda.driver.Launch;
import java.util.Set;

/**
 * The per-sample ops: one launch, a warp per sample, forward and backward together. The contract
 * with the kernels is in kernels/README.md.
 */
final class SampleExecutor extends CudaExecutor {
  private static final int BLOCK_THREADS = 128;
  private static final int SAMPLES_PER_BLOCK = 4;
  private static final int VECTOR_BYTES = 16;
  private static final int STAGE_BYTES = 512;

  /** Shared memory that the driver keeps of each block. */
  private static final int RESERVED_SHARED_BYTES = 1024;

  /** The numbers of vectors that kernels are compiled for. */
  private static final int[] COMPILED_K = {2, 3, 4, 5, 6, 8, 12, 16};

  private static final Set<DType> FLOAT = Set.of(DType.F32);

  /**
   * What tells one per-sample op from another.
   *
   * @param name of the op, its image, its kernels and its output's stem
   * @param stagesWithOutputOnly whether staging needs the output to be there
   * @param flags of the parameter
   * @param ridge of the parameter
   * @param minVolume of the parameter
   */
  record Variant(
      String name, boolean stagesWithOutputOnly, int flags, double ridge, double minVolume) {}

  private final String output;
  private final String gradOutput;
  private final Launch launch;
  private final SampleParameter parameter;
  private final int blocks;
  private final int flags;
  private final boolean vectorShapes;

  SampleExecutor(
      CudaDevice device, Variant variant, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    output = variant.name();
    gradOutput = "grad_" + output;
    checkTypes(variant.name(), inputs, outputs);
    TensorSpec vectors = inputs.get("vectors");
    TensorSpec gradVectors = outputs.find("grad_vectors");
    int k = Math.toIntExact(vectors.size(1));
    blocks = checkedBlocks(variant.name(), vectors);
    Kernel kernel = device.kernel(variant.name(), kernelName(variant.name(), vectors.dtype(), k));
    boolean mayStage =
        gradVectors != null && (!variant.stagesWithOutputOnly() || outputs.has(output));
    int staged = mayStage ? stagedBytes(device.context().device(), kernel, vectors) : 0;
    if (staged > 0) {
      kernel.allowDynamicSharedBytes(staged);
    }
    flags =
        variant.flags()
            | (staged > 0 ? SampleParameter.STAGED : 0)
            | (options.accumulate() ? SampleParameter.ACCUMULATE : 0)
            | (gradVectors != null && gradVectors.dtype() != vectors.dtype()
                ? SampleParameter.FLOAT_GRADIENT
                : 0);
    vectorShapes =
        vectors.size(2) * vectors.dtype().bytes() % VECTOR_BYTES == 0
            && hasAlignedRows(vectors)
            && (gradVectors == null || hasAlignedRows(gradVectors));
    launch = new Launch(kernel, BLOCK_THREADS, staged, SampleParameter.BYTES);
    parameter = new SampleParameter(launch.parameter());
    parameter.sizes(vectors.size(0), k, Math.toIntExact(vectors.size(2)));
    parameter.vectors(vectors);
    parameter.gradVectors(gradVectors);
    parameter.output(outputs.find(output));
    parameter.gradOutput(inputs.find(gradOutput));
    parameter.scalars(variant.ridge(), variant.minVolume());
  }

  @Override
  public long workspaceBytes() {
    return 0;
  }

  @Override
  void enqueue(long stream, Bindings inputs, Bindings outputs, long workspace) {
    if (blocks == 0) {
      return;
    }
    long vectors = address(inputs.find("vectors"));
    long gradVectors = address(outputs.find("grad_vectors"));
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
  void free() {
    launch.close();
  }

  /** The kernel for at least {@code k} vectors. */
  static String kernelName(String op, DType dtype, int k) {
    for (int compiled : COMPILED_K) {
      if (compiled >= k) {
        return op + "_" + dtype + "_k" + compiled;
      }
    }
    throw new IllegalArgumentException(op + ": no kernel for " + k + " vectors");
  }

  private void checkTypes(String op, Specs inputs, Specs outputs) {
    requireType(op, inputs, "vectors", DATA_TYPES);
    requireType(op, inputs, gradOutput, FLOAT);
    requireType(op, outputs, output, FLOAT);
    requireType(op, outputs, "grad_vectors", DATA_TYPES);
  }

  private static int checkedBlocks(String op, TensorSpec vectors) {
    long blocks = Math.ceilDiv(vectors.size(0), (long) SAMPLES_PER_BLOCK);
    if (blocks > Integer.MAX_VALUE || vectors.size(2) > Integer.MAX_VALUE) {
      throw new ShapeException(
          op + ": expected a batch below 2^33 and a dimension below 2^31, got " + vectors);
    }
    return (int) blocks;
  }

  /** Shared memory for all rows of a block; 0 if two such blocks do not fit a multiprocessor. */
  private static int stagedBytes(DeviceInfo device, Kernel kernel, TensorSpec vectors) {
    long row = Math.ceilDiv(vectors.size(2) * vectors.dtype().bytes(), STAGE_BYTES) * STAGE_BYTES;
    long dynamic = SAMPLES_PER_BLOCK * vectors.size(1) * row;
    long total = dynamic + kernel.staticSharedBytes();
    boolean fits =
        total + RESERVED_SHARED_BYTES <= device.sharedBytesOfMultiprocessor() / 2
            && total <= device.sharedBytes();
    return fits ? Math.toIntExact(dynamic) : 0;
  }

  private static boolean hasAlignedRows(TensorSpec spec) {
    long bytes = spec.dtype().bytes();
    return spec.stride(0) * bytes % VECTOR_BYTES == 0 && spec.stride(1) * bytes % VECTOR_BYTES == 0;
  }
}
