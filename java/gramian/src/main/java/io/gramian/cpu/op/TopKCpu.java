package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.BestTuples;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.TargetRanks;
import io.gramian.cpu.pair.Targets;
import io.gramian.cpu.simd.Simd;
import io.gramian.op.Sizes;
import io.gramian.op.TopK;

/** {@link TopK}: a pass over all scores for the best, another one for the ranks. */
final class TopKCpu extends CpuExecutor {
  private final TopK op;
  private final int anchors;
  private final Targets targets;
  private final BestTuples best;
  private final TargetRanks ranks;
  private final Pairs pairs;

  TopKCpu(CpuDevice device, TopK op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    this.anchors = sizes.intOf("B1");
    boolean wantsBest = outputs.has("indices") || outputs.has("scores");
    boolean wantsRanks = outputs.has("ranks") || outputs.has("recall");
    this.targets = wantsRanks ? new Targets(op.name(), anchors, sizes.intOf("B2")) : null;
    this.best = new BestTuples(Simd.of(device), anchors, wantsBest ? op.count() : 0, targets);
    this.ranks = wantsRanks ? new TargetRanks(best, targets, anchors) : null;
    this.pairs =
        new Pairs(
            device,
            op.similarity(),
            op.normalize(),
            inputs,
            outputs,
            accumulate,
            sizes,
            best.rowStrips());
  }

  @Override
  public long ownedBytes() {
    return pairs.engine().bytes() + best.bytes() + (ranks == null ? 0 : ranks.bytes());
  }

  @Override
  public void run(Bindings in, Bindings out) {
    if (targets != null) {
      targets.bind(in.find("labels"));
    }
    pairs.prepare(in);
    best.begin();
    pairs.engine().forward(best);
    writeBest(out.find("indices"), out.find("scores"));
    if (ranks != null) {
      ranks.begin();
      pairs.engine().forward(ranks);
      writeRanks(out.find("ranks"), out.find("recall"));
    }
  }

  private void writeBest(Tensor indices, Tensor scores) {
    for (int i = 0; i < anchors; i++) {
      for (int rank = 0; rank < op.count(); rank++) {
        if (indices != null) {
          set(indices, i * indices.spec().stride(0) + rank, best.tuple(i, rank));
        }
        if (scores != null) {
          set(scores, i * scores.spec().stride(0) + rank, best.score(i, rank));
        }
      }
    }
  }

  private void writeRanks(Tensor rankTensor, Tensor recall) {
    for (int i = 0; i < anchors && rankTensor != null; i++) {
      set(rankTensor, i, ranks.rank(i));
    }
    int[] cutoffs = op.cutoffs();
    for (int c = 0; c < cutoffs.length && recall != null; c++) {
      set(recall, c, ranks.recall(cutoffs[c]));
    }
  }

  private static void set(Tensor tensor, long element, double value) {
    Scalars.set(tensor.memory(), tensor.dtype(), element * tensor.dtype().bytes(), value);
  }
}
