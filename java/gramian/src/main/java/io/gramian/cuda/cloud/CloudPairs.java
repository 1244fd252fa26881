package io.gramian.cuda.cloud;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import java.lang.foreign.MemorySegment;

/**
 * Struct {@code CloudPairs} of kernels/include/gramian/pair/params.cuh, in a kernel's parameter:
 * what the passes that sum over the pairs of points of two clouds want to know.
 *
 * @param parameter of the kernel
 * @param offset of the struct in it
 */
public record CloudPairs(MemorySegment parameter, long offset) {
  static final StructLayout LAYOUT = new StructLayout();

  private static final long ANCHOR = LAYOUT.struct(CloudSide.LAYOUT);
  private static final long TUPLE = LAYOUT.struct(CloudSide.LAYOUT);
  private static final long CELLS = LAYOUT.pointer();
  private static final long UPSTREAM = LAYOUT.pointer();
  private static final long UPSTREAM_STRIDE = LAYOUT.int64();
  private static final long UPSTREAM_TYPE = LAYOUT.int32();
  private static final long FACTOR = LAYOUT.float32();
  private static final long ROW_SUMS = LAYOUT.pointer();
  private static final long COLUMN_SUMS = LAYOUT.pointer();

  /**
   * The clouds.
   *
   * @param anchorWeights device address of the weights of the anchors; 0 where all are 1
   * @param tupleWeights those of the tuples
   */
  public void sides(CloudSide anchor, long anchorWeights, CloudSide tuple, long tupleWeights) {
    anchor.write(parameter, offset + ANCHOR, anchorWeights);
    tuple.write(parameter, offset + TUPLE, tupleWeights);
  }

  /** Device address of the parts of the sums. */
  public void cells(long address) {
    parameter.set(JAVA_LONG, offset + CELLS, address);
  }

  /** The gradient of the sums, and what it is multiplied with. */
  public void upstream(long address, long stride, DType type, double factor) {
    parameter.set(JAVA_LONG, offset + UPSTREAM, address);
    parameter.set(JAVA_LONG, offset + UPSTREAM_STRIDE, stride);
    parameter.set(JAVA_INT, offset + UPSTREAM_TYPE, ScalarField.typeCode(type));
    parameter.set(JAVA_FLOAT, offset + FACTOR, (float) factor);
  }

  /** Device addresses of the parts of the gradients of the weights; 0 where they are not wanted. */
  public void sums(long rows, long columns) {
    parameter.set(JAVA_LONG, offset + ROW_SUMS, rows);
    parameter.set(JAVA_LONG, offset + COLUMN_SUMS, columns);
  }
}
