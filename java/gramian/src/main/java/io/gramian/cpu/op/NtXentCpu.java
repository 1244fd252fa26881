package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.NtXentLoss;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.VectorSet;
import io.gramian.op.NtXent;
import java.util.List;

/** {@link NtXent}: each pair of views once. */
final class NtXentCpu extends CpuExecutor {
  private final VectorSet views;
  private final NtXentLoss loss;
  private final PairEngine engine;

  NtXentCpu(CpuDevice device, NtXent op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.views = new VectorSet(resources, "views", inputs, outputs, true);
    this.loss = new NtXentLoss(resources, views.count(), op.temperature());
    this.engine = SetEngines.ownCosines(resources, views, loss);
  }

  @Override
  void run(Bindings in, Bindings out) {
    views.bind(in);
    Gradient gradient = views.gradient();
    engine.run(loss, in, out, wantsGradients, gradient, List.of(gradient));
    loss.write(out, accumulate);
    views.write(out, accumulate);
  }
}
