package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.nway.NwayEngine;
import io.gramian.cpu.nway.ProductLoss;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import java.util.ArrayList;
import java.util.List;

/** {@link Contrastive} with negatives = product over three modalities or more. */
final class ContrastiveProductCpu extends CpuExecutor {
  private final ProductLoss loss;
  private final NwayEngine engine;

  ContrastiveProductCpu(
      CpuDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    List<String> names = new ArrayList<>(List.of("anchor"));
    names.addAll(PairInputs.modalities(inputs));
    this.engine =
        new NwayEngine(resources, op.similarity(), op.normalize(), inputs, names, wantsGradients);
    double temperature = ((Objective.InfoNce) op.objective()).temperature();
    this.loss = new ProductLoss(resources, engine.cell(), sizes.intOf("B"), temperature);
  }

  @Override
  void run(Bindings in, Bindings out) {
    engine.run(loss, in, out, accumulate);
  }
}
