package io.gramian;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Element access of host memory by type and stride. */
final class Elements {
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort B16 = ValueLayout.JAVA_SHORT_UNALIGNED;

  private Elements() {}

  /** Receives one element. */
  interface Visitor {
    void at(MemorySegment segment, long byteOffset, int index);
  }

  /** Visits all elements in row-major order. */
  static void forEach(TensorSpec spec, MemorySegment segment, Visitor visitor) {
    int count = Math.toIntExact(spec.elements());
    int rank = spec.rank();
    int inner = rank == 0 || count == 0 ? count : Math.toIntExact(spec.size(rank - 1));
    long[] index = new long[Math.max(rank - 1, 0)];
    int bytes = spec.dtype().bytes();
    for (int i = 0; i < count; ) {
      long offset = 0;
      for (int axis = 0; axis < index.length; axis++) {
        offset += index[axis] * spec.stride(axis);
      }
      for (int j = 0; j < inner; j++, i++) {
        visitor.at(segment, (offset + j) * bytes, i);
      }
      for (int axis = index.length - 1; axis >= 0 && ++index[axis] == spec.size(axis); axis--) {
        index[axis] = 0;
      }
    }
  }

  static double get(MemorySegment segment, DType dtype, long offset) {
    return switch (dtype) {
      case F64 -> segment.get(F64, offset);
      case F32 -> segment.get(F32, offset);
      case I32 -> segment.get(I32, offset);
      case BF16 -> DType.bf16ToFloat(segment.get(B16, offset));
      case F16 -> Float.float16ToFloat(segment.get(B16, offset));
    };
  }

  static void set(MemorySegment segment, DType dtype, long offset, double value) {
    switch (dtype) {
      case F64 -> segment.set(F64, offset, value);
      case F32 -> segment.set(F32, offset, (float) value);
      case I32 -> segment.set(I32, offset, (int) value);
      case BF16 -> segment.set(B16, offset, DType.floatToBf16((float) value));
      case F16 -> segment.set(B16, offset, Float.floatToFloat16((float) value));
    }
  }
}
