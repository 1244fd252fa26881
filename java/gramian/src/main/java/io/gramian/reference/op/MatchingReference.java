package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Matching;
import io.gramian.reference.math.CrossEntropySum;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Loss;

/** {@link Matching}: mean_i CE(logits of row i, label i). */
final class MatchingReference extends ReferenceExecutor {
  private final Matching op;
  private final int count;

  MatchingReference(Device device, Matching op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    this.count = op.check(inputs, outputs).intOf("M");
  }

  @Override
  void run(Bindings in, Bindings out) {
    CrossEntropySum logits = new CrossEntropySum(in.get("logits").toDoubles(), 1);
    int[] labels = Inputs.labels(in, op.name(), count, 2);
    double weight = 1.0 / count;
    double loss = 0;
    for (int i = 0; i < count; i++) {
      loss += weight * logits.add(2 * i, 1, 2, labels[i], 0, weight);
    }
    writeLoss(in, out, new Loss(loss, logits.ofScores()), "logits");
  }
}
