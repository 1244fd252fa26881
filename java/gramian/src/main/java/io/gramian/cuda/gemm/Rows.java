package io.gramian.cuda.gemm;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;

/**
 * Rows that take part in pairs, of the caller or in the workspace.
 *
 * @param type of their numbers
 * @param count how many
 * @param d their length
 * @param stride from row to row, in numbers
 */
public record Rows(DType type, int count, int d, long stride) {
  /**
   * The rows of a tensor [count, d].
   *
   * @throws ShapeException if there are too many, or they are too long
   */
  public static Rows of(String op, String name, TensorSpec spec) {
    if (spec.size(0) > Integer.MAX_VALUE - Constants.GEMM_ROWS
        || spec.size(1) > Integer.MAX_VALUE - Constants.GRADIENT_COLUMNS) {
      throw new ShapeException(
          op + ": expected fewer than 2^31 - 128 rows and columns of '" + name + "', got " + spec);
    }
    return new Rows(spec.dtype(), (int) spec.size(0), (int) spec.size(1), spec.stride(0));
  }
}
