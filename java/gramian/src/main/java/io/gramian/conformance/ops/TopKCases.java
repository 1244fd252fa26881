package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.TopK;
import java.util.ArrayList;
import java.util.List;

/** Cases of streamed retrieval. Scores lie far enough apart for indices to be compared exactly. */
public final class TopKCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = new ArrayList<>();
    for (Tuples.Sized sized : Tuples.sized(1, 3)) {
      RandomTensors own = random.named(sized.toString());
      cases.add(at(sized, 5, own, 13, 17, 24).build(sized.toString()));
      cases.add(at(sized, 1, own, 1, 1, 9).build(sized + " B=1"));
      cases.add(at(sized, 11, own, 7, 11, 33).strided().build(sized + " all"));
      cases.add(
          at(sized, 3, own, 12, 8, 20)
              .tensor("labels", own.integers(8, 12))
              .tensor("present", own.mask(8, sized.n()))
              .build(sized + " labels, present"));
    }
    return cases;
  }

  private static CaseBuilder at(
      Tuples.Sized sized, int count, RandomTensors random, int anchors, int tuples, int d) {
    TopK usual = new TopK(sized.similarity());
    return Case.of(new TopK(sized.similarity(), true, count, usual.cutoffs()), random)
        .tensors(random.tuples(sized.n(), anchors, tuples, d));
  }
}
