package io.gramian.cuda.gemm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import java.lang.foreign.MemorySegment;

/**
 * Planes of rows in device memory, one after the other: struct {@code PlaneRows} of
 * kernels/include/gramian/pair/params.cuh.
 *
 * @param address of the first
 * @param planeBytes from one to the next
 * @param stride from row to row, in numbers
 */
public record PlaneRows(long address, long planeBytes, long stride) {
  private static final int MOST_PLANES = 3;

  public static final StructLayout LAYOUT = new StructLayout();

  private static final long PLANES = LAYOUT.int64s(MOST_PLANES);
  private static final long PLANE_STRIDE = LAYOUT.int64();

  /** Writes the struct. */
  public void write(MemorySegment memory, long offset) {
    for (int plane = 0; plane < MOST_PLANES; plane++) {
      memory.set(JAVA_LONG, offset + PLANES + 8L * plane, address + plane * planeBytes);
    }
    memory.set(JAVA_LONG, offset + PLANE_STRIDE, stride);
  }
}
