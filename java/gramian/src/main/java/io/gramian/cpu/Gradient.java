package io.gramian.cpu;

import io.gramian.Tensor;

/** Where the gradient of an input goes; nowhere if it is not wanted. */
final class Gradient {
  private static final Gradient NONE = new Gradient(null, false);

  private final Rows rows;
  private final boolean accumulate;

  private Gradient(Rows rows, boolean accumulate) {
    this.rows = rows;
    this.accumulate = accumulate;
  }

  /**
   * Into a tensor.
   *
   * @param tensor of rank 2 or more, or null
   * @param accumulate add to what it holds
   */
  static Gradient of(Tensor tensor, boolean accumulate) {
    return tensor == null ? NONE : new Gradient(new Rows(tensor), accumulate);
  }

  boolean isWanted() {
    return rows != null;
  }

  /** Writes the gradient of a row or adds it. */
  void write(int row, float[] gradient, int at) {
    rows.write(row, gradient, at, accumulate);
  }
}
