package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.InfoNce;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.Targets;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.spi.Shard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@link Contrastive} over tuples without gradients through gathered rows: a pass with the weights
 * of rows for the anchors, another one with those of columns for the members.
 */
final class ContrastiveGatheredCpu extends CpuExecutor {
  private final InfoNce loss;
  private final Pairs ofAnchors;
  private final Pairs ofMembers;

  ContrastiveGatheredCpu(
      CpuDevice device,
      Contrastive op,
      Objective.InfoNce objective,
      Specs inputs,
      Specs outputs,
      PlanOptions options,
      Shard shard) {
    super(device, op, inputs, outputs, options);
    PairInputs all = new PairInputs(resources, op.similarity(), op.normalize(), inputs);
    Targets targets = new Targets(resources, op.name(), all.anchors(), all.tuples(), shard);
    this.loss =
        new InfoNce(
            resources,
            targets,
            all.anchors(),
            all.tuples(),
            objective.temperature(),
            objective.labelSmoothing(),
            shard);
    Predicate<String> isOfAnchors = "grad_anchor"::equals;
    this.ofAnchors = all.pairs(only(outputs, isOfAnchors), accumulate, List.of(loss));
    this.ofMembers = all.pairs(only(outputs, isOfAnchors.negate()), accumulate, List.of(loss));
  }

  private static Specs only(Specs specs, Predicate<String> named) {
    Map<String, TensorSpec> kept = new LinkedHashMap<>(specs.asMap());
    kept.keySet().removeIf(named.negate());
    return Specs.of(kept);
  }

  @Override
  void run(Bindings in, Bindings out) {
    ofAnchors.run(loss, ofMembers, in, out, wantsGradients);
  }
}
