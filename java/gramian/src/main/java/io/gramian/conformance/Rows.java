package io.gramian.conformance;

import io.gramian.Bindings;
import io.gramian.Tensor;
import java.util.Arrays;

/** Copies of matrices with some rows replaced, on which naive formulas divide by zero. */
public final class Rows {
  private Rows() {}

  /** A copy whose row is zero. */
  public static Tensor zero(Tensor rows, int row) {
    double[] values = rows.toDoubles();
    int width = width(rows);
    Arrays.fill(values, row * width, (row + 1) * width, 0);
    return Tensor.of(values, rows.spec().shape());
  }

  /** A copy whose row is that of another matrix of the same width. */
  public static Tensor copy(Tensor rows, int row, Tensor other, int otherRow) {
    double[] values = rows.toDoubles();
    int width = width(rows);
    System.arraycopy(other.toDoubles(), otherRow * width, values, row * width, width);
    return Tensor.of(values, rows.spec().shape());
  }

  /** A copy every row of which is multiplied by a factor. */
  static Tensor scale(Tensor rows, double[] factors) {
    double[] values = rows.toDoubles();
    int width = width(rows);
    Arrays.setAll(values, i -> values[i] * factors[i / width]);
    return Tensor.of(values, rows.spec().shape());
  }

  /**
   * Anchors and tuples of 6 with a zero anchor, a zero member, an anchor equal to a member and,
   * where there are two, two equal members of a tuple.
   */
  public static Bindings degenerateTuples(RandomTensors random, int n) {
    Bindings inputs = random.tuples(n, 6, 6, 16);
    Tensor first = zero(inputs.get("modality1"), 2);
    Tensor anchor = copy(zero(inputs.get("anchor"), 1), 3, first, 3);
    inputs = inputs.with("anchor", anchor).with("modality1", first);
    return n == 1 ? inputs : inputs.with("modality2", copy(inputs.get("modality2"), 4, first, 4));
  }

  private static int width(Tensor rows) {
    return Math.toIntExact(rows.spec().size(rows.spec().rank() - 1));
  }
}
