package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.LogDet;
import java.util.List;

/** Cases of log-determinants. */
public final class LogDetCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = SampleOps.cases(new LogDet(), random);
    LogDet ridge = new LogDet(0.3);
    cases.add(SampleOps.at(ridge, random, "ridge", random.normal(17, 4, 48)));
    cases.add(SampleOps.at(ridge, random, "ridge, k > d", random.normal(5, 6, 3)));
    return cases;
  }
}
