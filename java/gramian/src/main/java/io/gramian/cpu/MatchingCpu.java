package io.gramian.cpu;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Matching;

/** {@link Matching}: a pass over the rows in float64. */
final class MatchingCpu extends CpuExecutor {
  private final int count;
  private final Targets targets;

  MatchingCpu(CpuDevice device, Matching op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    this.count = op.check(inputs, outputs).intOf("M");
    this.targets = new Targets(op.name(), count, 2);
  }

  @Override
  public long ownedBytes() {
    return 0;
  }

  @Override
  void run(Bindings in, Bindings out) {
    targets.bind(in.find("labels"));
    Rows logits = new Rows(in.get("logits"));
    Gradient gradient = gradient(out, "grad_logits");
    double weight = Scalars.input(in, "grad_loss", 1) / count;
    float[] row = new float[2];
    double loss = 0;
    for (int i = 0; i < count; i++) {
      logits.read(i, row, 0);
      int target = targets.label(i);
      double margin = margin(row[target], row[1 - target]);
      loss += Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
      if (gradient.isWanted()) {
        float other = (float) (weight / (1 + Math.exp(-margin)));
        row[1 - target] = other;
        row[target] = -other;
        gradient.write(i, row, 0);
      }
    }
    Scalars.output(out, "loss", loss / count, false);
  }

  /** By how much the other logit exceeds that of the target; NaN if one is not finite. */
  private static double margin(float target, float other) {
    boolean isFinite = Float.isFinite(target) && Float.isFinite(other);
    return isFinite ? (double) other - target : Double.NaN;
  }
}
