package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Op;

/** What the ops over pairs of point clouds have in common. */
final class Clouds {
  private Clouds() {}

  /** Clouds of 9 points and clouds of 7. */
  static CaseBuilder pairs(Op op, RandomTensors random, int x, int y, int d) {
    return Case.of(op, random)
        .data("x_points", x, 9, d)
        .data("x_weights", x, 9)
        .data("y_points", y, 7, d)
        .data("y_weights", y, 7);
  }
}
