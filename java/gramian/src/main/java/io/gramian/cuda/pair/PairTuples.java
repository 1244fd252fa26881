package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gramian.TensorSpec;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.MemorySegment;

/** Struct {@code TupleRows} of kernels/include/gramian/pair/tuples.cuh: the members as given. */
final class PairTuples {
  static final StructLayout LAYOUT = new StructLayout();

  private static final long MEMBERS = LAYOUT.structs(RowStructs.INPUT_ROWS, PairScore.MOST_MEMBERS);
  private static final long PRESENT = LAYOUT.struct(RowStructs.PRESENCE);
  private static final long LEAST_NORM = LAYOUT.float64();
  private static final long TYPE = LAYOUT.int32();
  private static final long DEPTH = LAYOUT.int32();
  private static final long COUNT = LAYOUT.int32();
  private static final long RESERVED = LAYOUT.int32();

  private PairTuples() {}

  /** What never changes; {@code present} may be null. */
  static void prepare(
      MemorySegment memory, long offset, Rows rows, TensorSpec present, double leastNorm) {
    RowStructs.presence(memory, offset + PRESENT, present);
    memory.set(JAVA_DOUBLE, offset + LEAST_NORM, leastNorm);
    memory.set(JAVA_INT, offset + TYPE, ScalarField.typeCode(rows.type()));
    memory.set(JAVA_INT, offset + DEPTH, rows.d());
    memory.set(JAVA_INT, offset + COUNT, rows.count());
    memory.set(JAVA_INT, offset + RESERVED, 0);
  }

  /** The address of a member's rows. */
  static void bindMember(MemorySegment memory, long offset, int member, long address, long stride) {
    RowStructs.input(
        memory, offset + MEMBERS + member * RowStructs.INPUT_ROWS.bytes(), address, stride);
  }

  /** The address of the mask; 0 for none. */
  static void bindPresent(MemorySegment memory, long offset, long address) {
    RowStructs.bindPresence(memory, offset + PRESENT, address);
  }
}
