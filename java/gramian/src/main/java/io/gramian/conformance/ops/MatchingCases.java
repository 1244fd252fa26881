package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Matching;
import java.util.List;

/** Cases of the data-anchor matching loss. */
public final class MatchingCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    return List.of(
        at(random, 1).build("M=1"),
        at(random, 37).build("M=37"),
        at(random, 1031).strided().build("M=1031"),
        at(random, 8).scalar("grad_loss", 2.5).build("upstream"),
        Case.of(new Matching(), random)
            .values("logits", new double[] {80, -80, -80, 80, 300, 100}, 3, 2)
            .labels("labels", 1, 1, 0)
            .build("large logits"),
        Case.of(new Matching(), random)
            .values("logits", new double[] {7, -9, -6, 8, 15.5, 1, -13, 5}, 4, 2)
            .labels("labels", 0, 1, 0, 1)
            .build("sure"));
  }

  private static CaseBuilder at(RandomTensors random, int count) {
    return Case.of(new Matching(), random)
        .data("logits", count, 2)
        .tensor("labels", random.integers(2, count));
  }
}
