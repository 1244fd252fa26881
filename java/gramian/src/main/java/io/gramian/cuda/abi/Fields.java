package io.gramian.cuda.abi;

import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.TensorSpec;

/** What tensors are in the fields of parameters. */
public final class Fields {
  private Fields() {}

  /** How kernels name an element type that they learn at run time. */
  public static ElementType type(DType type) {
    return switch (type) {
      case F32 -> ElementType.FLOAT32;
      case BF16 -> ElementType.BFLOAT16;
      case F16 -> ElementType.FLOAT16;
      case F64 -> ElementType.FLOAT64;
      default -> throw new IllegalArgumentException("no floating-point type: " + type);
    };
  }

  /** The element type of a tensor, which may be null. */
  public static ElementType type(TensorSpec spec) {
    return spec == null ? ElementType.FLOAT32 : type(spec.dtype());
  }

  /** What never changes of a number: the constant, and the spec of a tensor, which may be null. */
  public static void prepare(Scalar field, double otherwise, TensorSpec spec) {
    field.otherwise(otherwise).type(type(spec));
  }

  /** What changes of a number from run to run; the tensor may be null. */
  public static void bind(Scalar field, Tensor tensor) {
    field.address(tensor == null ? 0 : tensor.address());
  }

  /** What never changes of a gradient, which may be null. */
  public static void prepare(GradientOutput field, GradientRows rows) {
    if (rows != null) {
      field.stride(rows.stride()).type(type(rows.type())).accumulate(rows.accumulate());
    }
  }

  /** What never changes of a mask [tuples, members]; the spec may be null. */
  public static void prepare(Presence field, TensorSpec spec) {
    if (spec != null) {
      field.rowStride(spec.stride(0)).columnStride(spec.stride(1)).type(type(spec));
    }
  }
}
