package io.gramian.cuda.abi;

import io.gramian.DType;
import io.gramian.TensorSpec;

/**
 * A gradient that a kernel writes row by row.
 *
 * @param type of its numbers
 * @param stride from row to row, in numbers
 * @param accumulate whether it is added to what is there
 */
public record GradientRows(DType type, long stride, boolean accumulate) {
  /** The gradient of that spec, of rows or a scalar; null for none. */
  public static GradientRows of(TensorSpec spec, boolean accumulate) {
    return spec == null
        ? null
        : new GradientRows(spec.dtype(), spec.rank() > 1 ? spec.stride(0) : 0, accumulate);
  }
}
