package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Volume;
import java.util.List;

/** Cases of volumes. */
public final class VolumeCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = SampleOps.cases(new Volume(), random);
    Volume unit = new Volume(true, new Volume().minVolume());
    cases.add(SampleOps.at(unit, random, "unit", random.normal(17, 4, 48)));
    return cases;
  }
}
