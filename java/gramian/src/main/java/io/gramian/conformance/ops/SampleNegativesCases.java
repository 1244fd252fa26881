package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;

/** Cases of hard negatives: every backend must draw the same. */
public final class SampleNegativesCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = new ArrayList<>();
    for (Tuples.Sized sized : Tuples.sized(1, 3)) {
      cases.add(at(sized, 1, random.named(sized.toString()), 13, 14, 24).build(sized.toString()));
    }
    Tuples.Sized volume = new Tuples.Sized(Similarity.volume(), 2);
    cases.add(at(volume, 2, random, 2, 2, 8).build("volume B=2"));
    cases.add(
        at(volume, 3, random, 8, 8, 12)
            .tensor("step", Tensor.of(new int[] {5}))
            .build("volume step"));
    cases.add(
        at(volume, -5, random, 10, 7, 16)
            .tensor("labels", random.integers(7, 10))
            .tensor("present", random.mask(7, 2))
            .scalar("temperature", 0.3)
            .build("volume labels, present"));
    cases.add(at(volume, 6, random, 11, 11, 37).strided().build("volume"));
    return cases;
  }

  private static CaseBuilder at(
      Tuples.Sized sized, long seed, RandomTensors random, int anchors, int tuples, int d) {
    return Case.of(new SampleNegatives(sized.similarity(), seed), random)
        .tensors(random.tuples(sized.n(), anchors, tuples, d));
  }
}
