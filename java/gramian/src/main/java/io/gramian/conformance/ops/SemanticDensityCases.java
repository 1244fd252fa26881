package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.SemanticDensity;
import java.util.List;

/** Cases of the distance of densities. */
public final class SemanticDensityCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = SetPairs.cases(new SemanticDensity(), random);
    cases.add(SetPairs.at(new SemanticDensity(1.2), random, 14, 13, 10).build("bandwidth"));
    return cases;
  }
}
