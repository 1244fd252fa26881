package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.MergeSumsParams;
import io.gramian.cuda.abi.PeakedSum;
import io.gramian.cuda.abi.RunningSum;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * Sums of exponentials over one side of the pairs, for each row of the other: the parts that the
 * slices of a pass leave, and what they are put together to.
 */
final class MergedSums {
  private final PairEngine engine;
  private final int count;
  private final long partBytes;
  private final Region parts;
  private final Region partTotals;
  private final Region merged;
  private final Region totals;
  private final KernelLaunch<MergeSumsParams> merge;

  /**
   * Reserves them.
   *
   * @param ofColumns whether they are over anchors
   * @param wantsTotals whether scores are summed as well
   */
  MergedSums(
      PairEngine engine,
      Scratch scratch,
      int slices,
      int count,
      boolean ofColumns,
      boolean wantsTotals) {
    this.engine = engine;
    this.count = count;
    this.partBytes = RunningSum.SIZE * slices * count;
    this.parts = scratch.reserve(partBytes);
    this.partTotals = scratch.reserve(wantsTotals, (long) Float.BYTES * slices * count);
    this.merged = scratch.reserve(PeakedSum.SIZE * count);
    this.totals = scratch.reserve(wantsTotals, (long) Double.BYTES * count);
    this.merge = engine.launch(Kernels.PAIR_MERGE_SUMS);
    merge.parameter().slices(slices).count(count).ofColumns(ofColumns);
  }

  /** Enqueues empty parts, for a pass that does not come to all of them. */
  void clear(long stream) {
    engine.clear(stream, parts(), partBytes);
  }

  /** Enqueues the putting together of the parts. */
  void merge(long stream) {
    if (count > 0) {
      MergeSumsParams p = merge.parameter();
      p.sums(parts()).totals(partTotals()).scalars(engine.scalars());
      p.merged(merged()).mergedTotals(totals());
      merge.enqueue(stream, Math.ceilDiv(count, Constants.ROW_THREADS), 1, 1);
    }
  }

  /** Device address of the parts of the sums of exponentials, [slices][count]. */
  long parts() {
    return parts.at(engine.workspace());
  }

  /** Device address of the parts of the sums of scores; 0 if there are none. */
  long partTotals() {
    return partTotals.at(engine.workspace());
  }

  /** Device address of the sums, struct {@code PeakedSum} each. */
  long merged() {
    return merged.at(engine.workspace());
  }

  /** Device address of the sums of scores, doubles; 0 if there are none. */
  long totals() {
    return totals.at(engine.workspace());
  }
}
