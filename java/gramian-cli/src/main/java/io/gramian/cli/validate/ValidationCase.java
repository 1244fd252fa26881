package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.op.Op;

/**
 * An op with inputs on which backends are compared.
 *
 * @param label what is special about it, for people
 * @param op the op
 * @param inputs packed host tensors in {@code f64} (labels in {@code i32}); rounded before use
 * @param strided whether rows lie apart in memory, with garbage between them
 * @param smooth whether finite differences make sense at these inputs
 */
public record ValidationCase(
    String label, Op op, Bindings inputs, boolean strided, boolean smooth) {

  /**
   * A case with packed rows at a smooth point.
   *
   * @param label what is special about it, for people
   * @param op the op
   * @param inputs packed host tensors
   */
  public ValidationCase(String label, Op op, Bindings inputs) {
    this(label, op, inputs, false, true);
  }

  /**
   * The same with rows that lie apart.
   *
   * @return a copy
   */
  public ValidationCase withStrides() {
    return new ValidationCase(label + ", strided", op, inputs, true, smooth);
  }

  /**
   * The same at a point where the result has a kink or no gradient.
   *
   * @return a copy
   */
  public ValidationCase degenerate() {
    return new ValidationCase(label, op, inputs, strided, false);
  }
}
