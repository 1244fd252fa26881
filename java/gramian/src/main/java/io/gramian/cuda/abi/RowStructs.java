package io.gramian.cuda.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.TensorSpec;
import java.lang.foreign.MemorySegment;

/** The structs of kernels/include/gramian/pair/rows.cuh that other parameters contain. */
public final class RowStructs {
  /** Struct {@code PlaneOutput}. */
  public static final StructLayout PLANE_OUTPUT = new StructLayout();

  private static final long PLANES_TO = PLANE_OUTPUT.pointer();
  private static final long PLANE = PLANE_OUTPUT.int64();
  private static final long PLANE_STRIDE = PLANE_OUTPUT.int64();
  private static final long PLANE_COUNT = PLANE_OUTPUT.int32();
  private static final long HALVES = PLANE_OUTPUT.int32();

  /** Struct {@code GradientOutput}. */
  public static final StructLayout GRADIENT_OUTPUT = new StructLayout();

  private static final long GRADIENT_TO = GRADIENT_OUTPUT.pointer();
  private static final long GRADIENT_STRIDE = GRADIENT_OUTPUT.int64();
  private static final long GRADIENT_TYPE = GRADIENT_OUTPUT.int32();
  private static final long ACCUMULATE = GRADIENT_OUTPUT.int32();

  /** Struct {@code InputRows} of kernels/include/gramian/pair/params.cuh. */
  public static final StructLayout INPUT_ROWS = new StructLayout();

  private static final long INPUT = INPUT_ROWS.pointer();
  private static final long INPUT_STRIDE = INPUT_ROWS.int64();

  /** Struct {@code Presence}. */
  public static final StructLayout PRESENCE = new StructLayout();

  private static final long MASK = PRESENCE.pointer();
  private static final long MASK_ROW_STRIDE = PRESENCE.int64();
  private static final long MASK_COLUMN_STRIDE = PRESENCE.int64();
  private static final long MASK_TYPE = PRESENCE.int32();
  private static final long PRESENCE_RESERVED = PRESENCE.int32();

  static {
    assert PRESENCE_RESERVED > 0;
  }

  private RowStructs() {}

  /** What never changes of planes that a kernel writes. */
  public static void planes(
      MemorySegment memory, long offset, long plane, long stride, int count, boolean halves) {
    memory.set(JAVA_LONG, offset + PLANE, plane);
    memory.set(JAVA_LONG, offset + PLANE_STRIDE, stride);
    memory.set(JAVA_INT, offset + PLANE_COUNT, count);
    memory.set(JAVA_INT, offset + HALVES, halves ? 1 : 0);
  }

  /** Where the planes go; 0 for nowhere. */
  public static void bindPlanes(MemorySegment memory, long offset, long address) {
    memory.set(JAVA_LONG, offset + PLANES_TO, address);
  }

  /** Rows as the caller gave them. */
  public static void input(MemorySegment memory, long offset, long input, long stride) {
    memory.set(JAVA_LONG, offset + INPUT, input);
    memory.set(JAVA_LONG, offset + INPUT_STRIDE, stride);
  }

  /** What never changes of a gradient, which may be null. */
  public static void gradient(MemorySegment memory, long offset, GradientRows rows) {
    if (rows != null) {
      memory.set(JAVA_LONG, offset + GRADIENT_STRIDE, rows.stride());
      memory.set(JAVA_INT, offset + GRADIENT_TYPE, ScalarField.typeCode(rows.type()));
      memory.set(JAVA_INT, offset + ACCUMULATE, rows.accumulate() ? 1 : 0);
    }
  }

  /** Where a gradient goes; 0 for nowhere. */
  public static void bindGradient(MemorySegment memory, long offset, long address) {
    memory.set(JAVA_LONG, offset + GRADIENT_TO, address);
  }

  /** What never changes of a mask [tuples, members]; the spec may be null. */
  public static void presence(MemorySegment memory, long offset, TensorSpec spec) {
    if (spec != null) {
      memory.set(JAVA_LONG, offset + MASK_ROW_STRIDE, spec.stride(0));
      memory.set(JAVA_LONG, offset + MASK_COLUMN_STRIDE, spec.stride(1));
      memory.set(JAVA_INT, offset + MASK_TYPE, ScalarField.typeCode(spec.dtype()));
    }
  }

  /** Where the mask is; 0 for none. */
  public static void bindPresence(MemorySegment memory, long offset, long address) {
    memory.set(JAVA_LONG, offset + MASK, address);
  }
}
