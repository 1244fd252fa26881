package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Mmd;
import java.util.List;

/** Cases of the maximum mean discrepancy. */
public final class MmdCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = SetPairs.cases(new Mmd(), random);
    Mmd wide = new Mmd(0.01, 0.5, 1, 5, 20, 1000);
    cases.add(SetPairs.at(wide, random, 14, 13, 10).build("six variances"));
    return cases;
  }
}
