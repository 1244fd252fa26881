package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.conformance.Rows;
import io.gramian.op.NtXent;
import java.util.ArrayList;
import java.util.List;

/** Cases of the loss of two views per sample. */
public final class NtXentCases implements OpCases {
  private static final int[][] SHAPES = {{32, 20}, {2, 8}, {134, 33}, {6, 257}};

  @Override
  public List<Case> cases(RandomTensors random) {
    NtXent cold = new NtXent(0.05);
    List<Case> cases = new ArrayList<>();
    for (int[] s : SHAPES) {
      cases.add(
          Case.of(cold, random).data("views", s[0], s[1]).build("rows=" + s[0] + " d=" + s[1]));
    }
    for (int[] s : new int[][] {{12, 40}, {67, 48}}) {
      cases.add(
          Case.of(cold, random)
              .tensor("views", Aligned.views(random, s[0], s[1]))
              .build("aligned, rows=" + 2 * s[0]));
    }
    cases.add(Case.of(new NtXent(1.3), random).data("views", 18, 12).strided().build("warm"));
    cases.add(
        Case.of(cold, random)
            .data("views", 10, 7)
            .scalar("temperature", 0.4)
            .scalar("grad_loss", 1.6)
            .build("scalars"));
    Tensor rows = random.normal(8, 12);
    cases.add(
        Case.of(new NtXent(0.2), random)
            .tensor("views", Rows.zero(Rows.copy(rows, 1, rows, 0), 5))
            .degenerate()
            .build("degenerate"));
    return cases;
  }
}
