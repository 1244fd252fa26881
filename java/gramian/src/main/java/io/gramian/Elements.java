package io.gramian;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies of elements between host memory of any strides and element types, row by row. */
final class Elements {
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort B16 = ValueLayout.JAVA_SHORT_UNALIGNED;

  private Elements() {}

  /**
   * Copies all elements, each rounded to the other element type.
   *
   * @param fromSpec what {@code from} holds
   * @param toSpec of the same number of elements in rows of the same length
   */
  static void copy(TensorSpec fromSpec, MemorySegment from, TensorSpec toSpec, MemorySegment to) {
    long elements = toSpec.elements();
    if (elements == 0) {
      return;
    }
    boolean dense = fromSpec.isPacked() && toSpec.isPacked();
    long length = dense || toSpec.rank() == 0 ? elements : toSpec.size(toSpec.rank() - 1);
    Rows source = new Rows(fromSpec);
    Rows target = new Rows(toSpec);
    for (long row = 0; row < elements / length; row++) {
      copyRow(fromSpec.dtype(), from, source.offset(), toSpec.dtype(), to, target.offset(), length);
      source.next();
      target.next();
    }
  }

  private static void copyRow(
      DType fromType,
      MemorySegment from,
      long fromOffset,
      DType toType,
      MemorySegment to,
      long toOffset,
      long length) {
    if (fromType == toType) {
      MemorySegment.copy(from, fromOffset, to, toOffset, length * toType.bytes());
      return;
    }
    for (long i = 0; i < length; i++) {
      double value = get(from, fromType, fromOffset + i * fromType.bytes());
      set(to, toType, toOffset + i * toType.bytes(), value);
    }
  }

  private static double get(MemorySegment segment, DType dtype, long offset) {
    return switch (dtype) {
      case F64 -> segment.get(F64, offset);
      case F32 -> segment.get(F32, offset);
      case I32 -> segment.get(I32, offset);
      case BF16 -> DType.bf16ToFloat(segment.get(B16, offset));
      case F16 -> Float.float16ToFloat(segment.get(B16, offset));
    };
  }

  private static void set(MemorySegment segment, DType dtype, long offset, double value) {
    switch (dtype) {
      case F64 -> segment.set(F64, offset, value);
      case F32 -> segment.set(F32, offset, (float) value);
      case I32 -> segment.set(I32, offset, (int) value);
      case BF16 -> segment.set(B16, offset, DType.floatToBf16((float) value));
      case F16 -> segment.set(B16, offset, Float.floatToFloat16((float) value));
    }
  }

  /** Walks over the rows of a tensor, its last dimension being the row. */
  private static final class Rows {
    private final TensorSpec spec;
    private final long[] index;

    Rows(TensorSpec spec) {
      this.spec = spec;
      this.index = new long[Math.max(spec.rank() - 1, 0)];
    }

    /** Bytes from the start of the tensor to the row. */
    long offset() {
      long offset = 0;
      for (int axis = 0; axis < index.length; axis++) {
        offset += index[axis] * spec.stride(axis);
      }
      return offset * spec.dtype().bytes();
    }

    void next() {
      for (int axis = index.length - 1; axis >= 0 && ++index[axis] == spec.size(axis); axis--) {
        index[axis] = 0;
      }
    }
  }
}
