package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.ClipMatched;
import java.util.List;

/** Cases of CLIP's loss over the rows that are known to match. */
public final class ClipMatchedCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    return List.of(
        at(random, 16, 20, 5, 1).build("B=16 d=20 matched=5"),
        at(random, 1, 8, 1, 1).build("B=1 d=8 matched=1"),
        at(random, 40, 24, 12, 1).build("B=40 d=24 matched=12"),
        at(random, 67, 33, 67, 2).build("B=67 d=33 matched=67"),
        at(random, 21, 37, 9, 5).strided().build("B=21 d=37 matched=9"),
        aligned(random, 23, 40, 9),
        aligned(random, 24, 40, 24),
        at(random, 12, 9, 7, 3)
            .scalar("temperature", 1.4)
            .scalar("grad_loss", -0.6)
            .build("scalars"));
  }

  private static Case aligned(RandomTensors random, int rows, int d, int matched) {
    Tensor image = random.normal(rows, d);
    return Case.of(new ClipMatched(matched, 2), random)
        .tensor("image", image)
        .tensor("text", Aligned.near(random, image))
        .build("aligned, B=" + rows + " d=" + d + " matched=" + matched);
  }

  private static CaseBuilder at(
      RandomTensors random, int rows, int d, int matched, double temperature) {
    return Case.of(new ClipMatched(matched, temperature), random)
        .data("image", rows, d)
        .data("text", rows, d);
  }
}
