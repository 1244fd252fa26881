package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.TensorSpec;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.gemm.PlaneRows;
import java.lang.foreign.MemorySegment;

/**
 * Struct {@code PairProblem} of kernels/include/gramian/pair/params.cuh: what the anchors and
 * tuples are. It is the first field of the parameters of all kernels over pairs.
 *
 * @param memory where it is written
 */
record PairProblem(MemorySegment memory) {
  private static final int MOST_PRODUCTS = 8;

  static final StructLayout LAYOUT = new StructLayout();

  private static final long ANCHOR = LAYOUT.struct(PlaneRows.LAYOUT);
  private static final long MEMBERS = LAYOUT.structs(PlaneRows.LAYOUT, PairScore.MOST_MEMBERS);
  private static final long ANCHOR_INPUT = LAYOUT.struct(RowStructs.INPUT_ROWS);
  private static final long MEMBER_INPUTS =
      LAYOUT.structs(RowStructs.INPUT_ROWS, PairScore.MOST_MEMBERS);
  private static final long PRESENT = LAYOUT.struct(RowStructs.PRESENCE);
  private static final long ANCHOR_FACTORS = LAYOUT.pointer();
  private static final long TUPLE_FACTORS = LAYOUT.pointer();
  private static final long SCALARS = LAYOUT.pointer();
  private static final long INPUT_TYPE = LAYOUT.int32();
  private static final long ANCHORS = LAYOUT.int32();
  private static final long TUPLES = LAYOUT.int32();
  private static final long DEPTH = LAYOUT.int32();
  private static final long PRODUCTS = LAYOUT.int32();
  private static final long PRODUCT_PLANES = LAYOUT.bytes(MOST_PRODUCTS);
  private static final long SCORE_FLOOR = LAYOUT.float32();

  void sizes(int typeCode, int anchors, int tuples, int depth, double scoreFloor) {
    memory.set(JAVA_INT, INPUT_TYPE, typeCode);
    memory.set(JAVA_INT, ANCHORS, anchors);
    memory.set(JAVA_INT, TUPLES, tuples);
    memory.set(JAVA_INT, DEPTH, depth);
    memory.set(JAVA_FLOAT, SCORE_FLOOR, (float) scoreFloor);
  }

  /** Which members exist; the spec of the mask may be null. */
  void present(TensorSpec mask) {
    RowStructs.presence(memory, PRESENT, mask);
  }

  /** Where the mask is; 0 for none. */
  void bindPresent(long mask) {
    RowStructs.bindPresence(memory, PRESENT, mask);
  }

  /** The pairs of planes whose products add up. */
  void products(byte[] planes) {
    memory.set(JAVA_INT, PRODUCTS, planes.length);
    MemorySegment.copy(planes, 0, memory, JAVA_BYTE, PRODUCT_PLANES, planes.length);
  }

  /** Device addresses of what is prepared. */
  void prepared(long anchorFactors, long tupleFactors, long scalars) {
    memory.set(JAVA_LONG, ANCHOR_FACTORS, anchorFactors);
    memory.set(JAVA_LONG, TUPLE_FACTORS, tupleFactors);
    memory.set(JAVA_LONG, SCALARS, scalars);
  }

  /** The planes of the anchors, and the rows as the caller gave them. */
  void anchor(PlaneRows planes, long input, long inputStride) {
    planes.write(memory, ANCHOR);
    RowStructs.input(memory, ANCHOR_INPUT, input, inputStride);
  }

  /** The planes of a member of the tuples, and the rows as the caller gave them. */
  void member(int member, PlaneRows planes, long input, long inputStride) {
    planes.write(memory, MEMBERS + member * PlaneRows.LAYOUT.bytes());
    RowStructs.input(
        memory, MEMBER_INPUTS + member * RowStructs.INPUT_ROWS.bytes(), input, inputStride);
  }
}
