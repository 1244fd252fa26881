package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.InfoNce;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.ScoreReader;
import io.gramian.cpu.pair.Targets;
import io.gramian.op.SampleNegatives;
import io.gramian.spi.Shard;
import java.util.List;

/** {@link SampleNegatives}: a pass over all scores for their sums, another one for the draws. */
final class SampleNegativesCpu extends CpuExecutor {
  private final List<ScoreReader> readers;
  private final Pairs pairs;

  SampleNegativesCpu(
      CpuDevice device, SampleNegatives op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    PairInputs all = new PairInputs(resources, op.similarity(), op.normalize(), inputs);
    Targets targets = new Targets(resources, op.name(), all.anchors(), all.tuples(), Shard.WHOLE);
    InfoNce sums =
        new InfoNce(
            resources, targets, all.anchors(), all.tuples(), op.temperature(), 0, Shard.WHOLE);
    this.readers = List.of(sums, new NegativeDraws(resources, op, targets, sums));
    this.pairs = all.pairs(outputs, accumulate, readers);
  }

  @Override
  void run(Bindings in, Bindings out) {
    pairs.run(readers, in, out);
  }
}
