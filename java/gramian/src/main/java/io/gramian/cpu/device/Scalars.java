package io.gramian.cpu.device;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single values of tensors in any element type. */
public final class Scalars {
  private Scalars() {}

  static double get(MemorySegment memory, DType dtype, long byteOffset) {
    return switch (dtype) {
      case F64 -> memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, byteOffset);
      case F32 -> memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, byteOffset);
      case I32 -> memory.get(ValueLayout.JAVA_INT_UNALIGNED, byteOffset);
      case BF16 -> DType.bf16ToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, byteOffset));
      case F16 -> Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, byteOffset));
    };
  }

  static void set(MemorySegment memory, DType dtype, long byteOffset, double value) {
    switch (dtype) {
      case F64 -> memory.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, byteOffset, value);
      case F32 -> memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, byteOffset, (float) value);
      case I32 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, byteOffset, (int) value);
      case BF16 ->
          memory.set(
              ValueLayout.JAVA_SHORT_UNALIGNED, byteOffset, DType.floatToBf16((float) value));
      case F16 ->
          memory.set(
              ValueLayout.JAVA_SHORT_UNALIGNED, byteOffset, Float.floatToFloat16((float) value));
    }
  }

  /** An element of a tensor, counted from its first. */
  public static double get(Tensor tensor, long element) {
    DType dtype = tensor.dtype();
    return get(tensor.memory(), dtype, element * dtype.bytes());
  }

  /** Writes an element of a tensor, counted from its first. */
  public static void set(Tensor tensor, long element, double value) {
    DType dtype = tensor.dtype();
    set(tensor.memory(), dtype, element * dtype.bytes(), value);
  }

  /** The value of a scalar input, or what stands for it where it is not bound. */
  public static double input(Bindings in, String name, double otherwise) {
    Tensor tensor = in.find(name);
    return tensor == null ? otherwise : get(tensor, 0);
  }

  /** Writes a scalar output, if it is bound, or adds to it. */
  public static void output(Bindings out, String name, double value, boolean accumulate) {
    Tensor tensor = out.find(name);
    if (tensor != null) {
      set(tensor, 0, accumulate ? get(tensor, 0) + value : value);
    }
  }
}
