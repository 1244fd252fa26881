package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Principal;
import java.util.ArrayList;
import java.util.List;

/** Cases of the loss of leading directions. */
public final class PrincipalCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    Principal op = new Principal();
    List<Case> cases = new ArrayList<>(SampleOps.cases(op, random));
    Tensor vectors = random.normal(13, 4, 24);
    cases.add(
        SampleOps.at(op.weightDirections(0).temperatureValues(0.3), random, "values", vectors));
    cases.add(
        SampleOps.at(op.weightValues(0).temperatureDirections(0.3), random, "directions", vectors));
    cases.add(
        Case.of(op, random)
            .tensor("vectors", alongAxes(5, 3, 7))
            .upstream()
            .degenerate()
            .build("equal singular values"));
    return cases;
  }

  /** Vectors along axes: of the first sample all equal, of the others at right angles. */
  private static Tensor alongAxes(int batch, int k, int d) {
    double[] values = new double[batch * k * d];
    for (int i = 0; i < batch * k; i++) {
      values[i * d + i / k * (i % k + 1) % d] = i + 1;
    }
    return Tensor.of(values, batch, k, d);
  }
}
