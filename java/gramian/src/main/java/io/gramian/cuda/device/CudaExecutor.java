package io.gramian.cuda.device;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * What all CUDA ops share: a run resolves the stream and enqueues, closing is counted by the
 * device.
 */
public abstract class CudaExecutor implements Executor {
  /** The element types that kernels take as inputs. */
  public static final Set<DType> DATA_TYPES = Set.of(DType.F32, DType.BF16, DType.F16);

  /** The element types that kernels take, and give, as single numbers. */
  public static final Set<DType> SCALAR_TYPES = Set.of(DType.F32, DType.BF16, DType.F16, DType.F64);

  private final CudaDevice device;

  public CudaExecutor(CudaDevice device) {
    this.device = device;
  }

  /**
   * Enqueues one run.
   *
   * @param stream a {@code CUstream}
   * @param workspace a device address; 0 if no workspace was asked for
   */
  public abstract void enqueue(long stream, Bindings inputs, Bindings outputs, long workspace);

  /** Frees the native memory of the launches. */
  public abstract void free();

  @Override
  public final void run(Stream stream, Bindings in, Bindings out, MemorySegment workspace) {
    CudaStream used = CudaStream.use(device, stream);
    try {
      enqueue(used.handle(), in, out, workspace.address());
    } finally {
      used.endUse();
    }
  }

  @Override
  public final void close() {
    device.release(OpenHandles.Kind.PLAN, this::free);
  }

  /** The device address of a tensor; 0 if there is none. */
  public static long address(Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  /**
   * Requires the element type of a tensor, if there is one of that name.
   *
   * @throws UnsupportedOpException saying which types the kernels take
   */
  public static void requireType(String op, Specs specs, String name, Set<DType> allowed) {
    TensorSpec spec = specs.find(name);
    if (spec != null && !allowed.contains(spec.dtype())) {
      throw new UnsupportedOpException(
          op
              + ": the CUDA kernels take '"
              + name
              + "' as "
              + String.join(", ", allowed.stream().sorted().map(DType::toString).toList())
              + ", got "
              + spec.dtype());
    }
  }
}
