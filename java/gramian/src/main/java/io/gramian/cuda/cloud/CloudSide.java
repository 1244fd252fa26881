package io.gramian.cuda.cloud;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.gemm.GemmTile;
import java.lang.foreign.MemorySegment;

/**
 * Rows that are the points of clouds, one cloud after the other: struct {@code CloudSide} of
 * kernels/include/gramian/pair/params.cuh.
 *
 * @param clouds how many
 * @param size points of each
 * @param type of the weights
 * @param stride from the weights of a cloud to those of the next
 */
public record CloudSide(int clouds, int size, DType type, long stride) {
  static final StructLayout LAYOUT = new StructLayout();

  private static final long WEIGHTS = LAYOUT.pointer();
  private static final long WEIGHTS_STRIDE = LAYOUT.int64();
  private static final long WEIGHTS_TYPE = LAYOUT.int32();
  private static final long CLOUDS = LAYOUT.int32();
  private static final long SIZE = LAYOUT.int32();
  private static final long PARTS = LAYOUT.int32();

  /** Points of a tile of the kernels over pairs. */
  private static final int TILE = GemmTile.ROWS;

  /** Rows that are clouds of one point of weight 1. */
  static CloudSide ofRows(int count) {
    return new CloudSide(count, 1, DType.F32, 0);
  }

  /** The most tiles that a cloud lies in: as many parts its sums have room for. */
  int parts() {
    boolean aligned = size % TILE == 0 || TILE % size == 0;
    return aligned ? Math.ceilDiv(size, TILE) : Math.ceilDiv(size - 1, TILE) + 1;
  }

  /** Numbers of the parts of the sums over pairs of clouds. */
  long cells(CloudSide tuples) {
    return Math.multiplyExact(
        Math.multiplyExact((long) clouds, parts()),
        Math.multiplyExact((long) tuples.clouds, tuples.parts()));
  }

  /** Writes the struct. */
  void write(MemorySegment memory, long offset, long weights) {
    memory.set(JAVA_LONG, offset + WEIGHTS, weights);
    memory.set(JAVA_LONG, offset + WEIGHTS_STRIDE, stride);
    memory.set(JAVA_INT, offset + WEIGHTS_TYPE, ScalarField.typeCode(type));
    memory.set(JAVA_INT, offset + CLOUDS, clouds);
    memory.set(JAVA_INT, offset + SIZE, size);
    memory.set(JAVA_INT, offset + PARTS, parts());
  }
}
