package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.MergeSumsParams;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/** Puts together the parts of the sums of a softmax pass. */
public final class SumMerge {
  private final PairEngine engine;
  private final PairForward.Sums sums;
  private final KernelLaunch<MergeSumsParams> launch;
  private final Region logs;
  private final Region totals;

  /**
   * Reserves the results.
   *
   * @param wantsTotals whether the scores were summed as well
   */
  public SumMerge(PairEngine engine, Scratch scratch, PairForward.Sums sums, boolean wantsTotals) {
    this.engine = engine;
    this.sums = sums;
    this.logs = scratch.reserve((long) sums.count * Double.BYTES);
    this.totals = scratch.reserve(wantsTotals, (long) sums.count * Double.BYTES);
    this.launch = engine.launch(Kernels.PAIR_MERGE_SUMS);
    launch.parameter().slices(sums.slices).count(sums.count);
  }

  /** Enqueues it. */
  public void run(long stream) {
    if (sums.count == 0) {
      return;
    }
    MergeSumsParams p = launch.parameter();
    p.sums(sums.sums(engine.workspace())).totals(sums.totals(engine.workspace()));
    p.logs(logs()).mergedTotals(totals());
    launch.enqueue(stream, Math.ceilDiv(sums.count, Constants.ROW_THREADS), 1, 1);
  }

  /** Device address of the base-2 logarithms of the sums, doubles. */
  public long logs() {
    return logs.at(engine.workspace());
  }

  /** Device address of the sums of scores, doubles; 0 if there are none. */
  long totals() {
    return totals.at(engine.workspace());
  }
}
