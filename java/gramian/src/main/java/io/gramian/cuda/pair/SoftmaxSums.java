package io.gramian.cuda.pair;

import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.device.Scratch;

/**
 * A forward pass for the sums of exponentials of scores: over the tuples of each anchor, and over
 * the anchors of each tuple.
 */
public final class SoftmaxSums {
  private final PairForward<ForwardParams> pass;
  private final MergedSums rows;
  private final MergedSums columns;

  private SoftmaxSums(PairForward<ForwardParams> pass, MergedSums rows, MergedSums columns) {
    this.pass = pass;
    this.rows = rows;
    this.columns = columns;
  }

  /** Over the tuples of each anchor only, which serve as those over anchors of equal sides. */
  public static SoftmaxSums ofRows(PairEngine engine, Scratch scratch) {
    PairForward<ForwardParams> pass = new PairForward<>(engine, PairKernels.SOFTMAX);
    MergedSums rows = rows(engine, scratch, pass);
    return new SoftmaxSums(pass, rows, rows);
  }

  /**
   * Over both sides.
   *
   * @param wantsTotals whether the scores of each tuple are summed as well
   */
  public static SoftmaxSums ofBoth(PairEngine engine, Scratch scratch, boolean wantsTotals) {
    PairForward<ForwardParams> pass = new PairForward<>(engine, PairKernels.SOFTMAX);
    MergedSums rows = rows(engine, scratch, pass);
    int tuples = engine.tupleRows().count();
    return new SoftmaxSums(
        pass,
        rows,
        new MergedSums(engine, scratch, pass.anchorSlices(), tuples, true, wantsTotals));
  }

  private static MergedSums rows(
      PairEngine engine, Scratch scratch, PairForward<ForwardParams> pass) {
    int anchors = engine.anchor().rows().count();
    return new MergedSums(engine, scratch, pass.tupleSlices(), anchors, false, false);
  }

  /** What tells this pass from others over the same scores. */
  ForwardParams parameter() {
    return pass.parameter();
  }

  /** Before a run whose pass leaves out tiles, which leave no sums over their anchors. */
  void clearColumns(long stream) {
    if (columns != rows) {
      columns.clear(stream);
    }
  }

  /** Enqueues the pass and the putting together of its slices. */
  public void run(long stream) {
    ForwardParams p = parameter().rowSums(rows.parts());
    if (columns != rows) {
      p.columnSums(columns.parts()).columnTotals(columns.partTotals());
    }
    pass.run(stream);
    rows.merge(stream);
    if (columns != rows) {
      columns.merge(stream);
    }
  }

  /** Device address of the sums over tuples, struct {@code PeakedSum} each. */
  public long rowSums() {
    return rows.merged();
  }

  /** Device address of the sums over anchors, struct {@code PeakedSum} each. */
  public long columnSums() {
    return columns.merged();
  }

  /** Device address of the sums of the scores of each tuple, doubles; 0 if there are none. */
  long columnTotals() {
    return columns.totals();
  }
}
