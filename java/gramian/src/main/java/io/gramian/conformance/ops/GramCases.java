package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Gram;
import java.util.List;

/** Cases of Gram matrices. */
public final class GramCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    return SampleOps.cases(new Gram(), random);
  }
}
