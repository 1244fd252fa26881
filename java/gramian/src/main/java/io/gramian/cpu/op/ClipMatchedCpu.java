package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.InfoNce;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.Targets;
import io.gramian.op.ClipMatched;
import io.gramian.op.Similarity;
import io.gramian.spi.Shard;
import java.util.List;

/** {@link ClipMatched}: texts as anchors, images as tuples, only the first with targets. */
final class ClipMatchedCpu extends CpuExecutor {
  private final InfoNce loss;
  private final Pairs pairs;

  ClipMatchedCpu(
      CpuDevice device, ClipMatched op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    int batch = sizes.intOf("B");
    Targets targets = new Targets(resources, op.name(), op.matched(), batch, Shard.WHOLE);
    this.loss = new InfoNce(resources, targets, batch, batch, op.temperature(), 0, Shard.WHOLE);
    this.pairs =
        new PairInputs(resources, Similarity.cosine(), false, inputs, "text", List.of("image"))
            .pairs(outputs, accumulate, List.of(loss));
  }

  @Override
  void run(Bindings in, Bindings out) {
    pairs.run(loss, in, out, wantsGradients);
  }
}
