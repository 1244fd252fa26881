package io.gramian.cuda.cloud;

import io.gramian.DType;
import io.gramian.cuda.abi.CloudSide;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;

/**
 * Rows that are the points of clouds, one cloud after the other.
 *
 * @param count of the clouds
 * @param size points of each
 * @param type of the weights
 * @param stride from the weights of a cloud to those of the next
 */
public record Clouds(int count, int size, DType type, long stride) {
  /** Points of a tile of the kernels over pairs. */
  private static final int TILE = Constants.GEMM_ROWS;

  /** Rows that are clouds of one point of weight 1. */
  static Clouds ofRows(int count) {
    return new Clouds(count, 1, DType.F32, 0);
  }

  /** The most tiles that a cloud lies in: as many parts its sums have room for. */
  int parts() {
    boolean aligned = size % TILE == 0 || TILE % size == 0;
    return aligned ? Math.ceilDiv(size, TILE) : Math.ceilDiv(size - 1, TILE) + 1;
  }

  /** Numbers of the parts of the sums over pairs of clouds. */
  long cells(Clouds tuples) {
    return Math.multiplyExact(
        Math.multiplyExact((long) count, parts()),
        Math.multiplyExact((long) tuples.count, tuples.parts()));
  }

  /**
   * Describes them; their weights are bound for each run.
   *
   * @param field of a parameter, whose weights are null: all are 1
   */
  public void describe(CloudSide field) {
    field.weightsStride(stride).weightsType(Fields.type(type));
    field.clouds(count).size(size).parts(parts());
  }
}
