package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.ScoreReader;
import io.gramian.cpu.pair.Targets;
import io.gramian.op.TopK;
import io.gramian.spi.Shard;
import java.util.List;

/** {@link TopK}: a pass over all scores for the best, another one for the ranks. */
final class TopKCpu extends CpuExecutor {
  private final List<ScoreReader> readers;
  private final Pairs pairs;

  TopKCpu(CpuDevice device, TopK op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    boolean wantsBest = outputs.has("indices") || outputs.has("scores");
    boolean wantsRanks = outputs.has("ranks") || outputs.has("recall");
    PairInputs all = new PairInputs(resources, op.similarity(), op.normalize(), inputs);
    int ranked = wantsRanks ? all.anchors() : 0;
    Targets targets = new Targets(resources, op.name(), ranked, all.tuples(), Shard.WHOLE);
    int count = wantsBest ? op.count() : 0;
    BestTuples best = new BestTuples(resources, all.anchors(), count, targets);
    TargetRanks ranks = new TargetRanks(resources, best, targets, op.cutoffs());
    this.readers = wantsRanks ? List.of(best, ranks) : List.of(best);
    this.pairs = all.pairs(outputs, accumulate, readers);
  }

  @Override
  void run(Bindings in, Bindings out) {
    pairs.run(readers, in, out);
  }
}
