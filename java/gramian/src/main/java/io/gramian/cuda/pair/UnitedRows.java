package io.gramian.cuda.pair;

import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ContrastiveUniteParams;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.spi.Shard;
import java.util.List;

/**
 * Makes of what a rank knows of each anchor what all ranks do: the sums of exponentials over the
 * tuples of all, and the score with its own tuple, whose rank alone has it.
 */
final class UnitedRows {
  private final PairEngine engine;
  private final PairTargets targets;
  private final Shard shard;
  private final int anchors;
  private final Region peaks;
  private final Region sums;
  private final KernelLaunch<ContrastiveUniteParams> begin;
  private final KernelLaunch<ContrastiveUniteParams> add;
  private final KernelLaunch<ContrastiveUniteParams> end;

  UnitedRows(PairEngine engine, Scratch scratch, PairTargets targets, Shard shard) {
    this.engine = engine;
    this.targets = targets;
    this.shard = shard;
    this.anchors = engine.anchor().rows().count();
    this.peaks = scratch.reserve((long) Double.BYTES * anchors);
    this.sums = scratch.reserve(2L * Double.BYTES * anchors);
    this.begin = engine.launch(Kernels.CONTRASTIVE_UNITE_PEAKS);
    this.add = engine.launch(Kernels.CONTRASTIVE_UNITE_SUMS);
    this.end = engine.launch(Kernels.CONTRASTIVE_UNITE_ROWS);
  }

  /**
   * Puts the sums of the ranks together; waits for the device where their group does.
   *
   * @param rowSums device address of struct {@code PeakedSum} for each anchor
   * @param targetScores device address of a float for each anchor
   */
  void run(long stream, long rowSums, long targetScores) {
    for (KernelLaunch<ContrastiveUniteParams> launch : List.of(begin, add, end)) {
      ContrastiveUniteParams p = launch.parameter();
      p.scalars(engine.scalars()).rowSums(rowSums).targetScores(targetScores);
      p.labels(targets.labels()).labelStride(targets.stride());
      p.peaks(peaks.at(engine.workspace())).sums(sums.at(engine.workspace()));
      p.anchors(anchors).tuples(engine.tupleRows().count());
    }
    int blocks = Math.ceilDiv(anchors, Constants.ROW_THREADS);
    begin.enqueue(stream, blocks, 1, 1);
    shard.max(doubles(peaks, anchors));
    add.enqueue(stream, blocks, 1, 1);
    shard.sum(doubles(sums, 2L * anchors));
    end.enqueue(stream, blocks, 1, 1);
  }

  private Tensor doubles(Region region, long count) {
    return engine.device().wrap(region.at(engine.workspace()), TensorSpec.of(DType.F64, count));
  }
}
