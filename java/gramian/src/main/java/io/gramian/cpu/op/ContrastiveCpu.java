package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.Targets;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.spi.Shard;
import java.util.List;

/** {@link Contrastive} over tuples: an objective over all pairs. */
final class ContrastiveCpu extends CpuExecutor {
  private final PairObjective objective;
  private final Pairs pairs;

  /** The executor of an op: with two modalities, all index tuples are all pairs. */
  static CpuExecutor of(
      CpuDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    return of(device, op, inputs, outputs, options, Shard.WHOLE);
  }

  /** The executor of a rank's part of an op. */
  static CpuExecutor of(
      CpuDevice device,
      Contrastive op,
      Specs inputs,
      Specs outputs,
      PlanOptions options,
      Shard shard) {
    if (op.negatives() == Negatives.PRODUCT && inputs.has("modality2")) {
      return new ContrastiveProductCpu(device, op, inputs, outputs, options);
    }
    Contrastive tuples = op.negatives(Negatives.TUPLES);
    return tuples.objective() instanceof Objective.InfoNce infoNce && !infoNce.gatherWithGrad()
        ? new ContrastiveGatheredCpu(device, tuples, infoNce, inputs, outputs, options, shard)
        : new ContrastiveCpu(device, tuples, inputs, outputs, options, shard);
  }

  ContrastiveCpu(
      CpuDevice device,
      Contrastive op,
      Specs inputs,
      Specs outputs,
      PlanOptions options,
      Shard shard) {
    super(device, op, inputs, outputs, options);
    PairInputs all = new PairInputs(resources, op.similarity(), op.normalize(), inputs);
    Targets targets = new Targets(resources, op.name(), all.anchors(), all.tuples(), shard);
    this.objective =
        PairObjective.of(
            op.objective(),
            resources,
            targets,
            all.anchors(),
            all.tuples(),
            shard,
            outputs.has("loss"));
    this.pairs = all.pairs(outputs, accumulate, List.of(objective));
  }

  @Override
  void run(Bindings in, Bindings out) {
    pairs.run(objective, in, out, wantsGradients);
  }
}
