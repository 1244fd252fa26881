package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.List;

/** What the distances between two sets of points have in common. */
final class SetPairs {
  private static final int[][] SHAPES = {{16, 16, 20}, {16, 11, 20}, {2, 3, 5}, {67, 41, 33}};

  private SetPairs() {}

  static List<Case> cases(Op op, RandomTensors random) {
    List<Case> cases = new ArrayList<>();
    for (int[] s : SHAPES) {
      cases.add(
          at(op, random, s[0], s[1], s[2]).build("Bx=" + s[0] + " By=" + s[1] + " d=" + s[2]));
    }
    cases.add(at(op, random, 9, 12, 37).strided().build("d=37"));
    cases.add(at(op, random, 8, 7, 10).scalar("grad_loss", -1.3).build("upstream"));
    Tensor same = random.normal(8, 12);
    cases.add(
        Case.of(op, random).tensor("x", same).tensor("y", same).degenerate().build("equal sets"));
    cases.add(
        Case.of(op, random)
            .values("x", new double[4 * 6], 4, 6)
            .data("y", 5, 6)
            .degenerate()
            .build("points at zero"));
    return cases;
  }

  static CaseBuilder at(Op op, RandomTensors random, int x, int y, int d) {
    return Case.of(op, random).data("x", x, d).data("y", y, d);
  }
}
