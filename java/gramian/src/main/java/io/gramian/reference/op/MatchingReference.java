package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Matching;
import io.gramian.reference.math.CrossEntropy;
import io.gramian.reference.math.Dense;
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
    double[] logits = Dense.finiteOrNaN(in.get("logits").toDoubles());
    int[] labels = Inputs.labels(in, op.name(), count, 2);
    double[] gradient = new double[logits.length];
    double weight = 1.0 / count;
    double loss = 0;
    for (int i = 0; i < count; i++) {
      loss += weight * CrossEntropy.add(logits, 2 * i, 1, 2, labels[i], 0, weight, gradient);
    }
    writeLoss(in, out, new Loss(loss, gradient), "logits");
  }
}
