package io.gramian.cuda.abi;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * A number that a kernel reads from device memory, or a constant where the caller gives no tensor:
 * struct {@code Scalar} of kernels/include/gramian/tensor.cuh.
 *
 * @param offset of the struct in the kernel's parameter
 */
public record ScalarField(long offset) {
  /** Size of the struct. */
  static final long BYTES = 24;

  private static final long OTHERWISE = 8;
  private static final long TYPE = 16;

  /** What never changes: the constant, and the type of a tensor, which may be null. */
  public void prepare(MemorySegment parameter, double otherwise, TensorSpec spec) {
    parameter.set(JAVA_DOUBLE, offset + OTHERWISE, otherwise);
    parameter.set(JAVA_INT, offset + TYPE, spec == null ? 0 : typeCode(spec.dtype()));
  }

  /** What changes from run to run; the tensor may be null. */
  public void bind(MemorySegment parameter, Tensor tensor) {
    parameter.set(JAVA_LONG, offset, tensor == null ? 0 : tensor.address());
  }

  /** How kernels name an element type that they learn at run time. */
  public static int typeCode(DType type) {
    return switch (type) {
      case F32 -> 0;
      case BF16 -> 1;
      case F16 -> 2;
      case F64 -> 3;
      default -> throw new IllegalArgumentException("no floating-point type: " + type);
    };
  }
}
