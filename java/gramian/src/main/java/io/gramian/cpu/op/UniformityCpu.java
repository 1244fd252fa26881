package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.DistanceScore;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.UniformityLoss;
import io.gramian.cpu.set.UnitSet;
import io.gramian.op.Uniformity;
import java.util.List;

/** {@link Uniformity}: each pair of vectors once. */
final class UniformityCpu extends CpuExecutor {
  private final UnitSet x;
  private final UniformityLoss loss;
  private final PairEngine engine;

  UniformityCpu(CpuDevice device, Uniformity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.x = new UnitSet(resources, "x", inputs, outputs, op.normalize());
    this.loss = new UniformityLoss(resources, x.set().count(), op.t());
    DistanceScore score = SetEngines.score(resources, x.set(), x.set());
    this.engine = SetEngines.ownDistances(resources, x.set(), score, loss);
  }

  @Override
  void run(Bindings in, Bindings out) {
    x.bind(in);
    if (x.set().count() == 1) {
      Scalars.output(out, "loss", x.isFinite() ? 0 : Double.NaN, false);
    } else {
      Gradient gradient = x.set().gradient();
      engine.run(loss, in, out, wantsGradients, gradient, List.of(gradient));
      loss.write(out, accumulate);
    }
    x.write(out, accumulate);
  }
}
