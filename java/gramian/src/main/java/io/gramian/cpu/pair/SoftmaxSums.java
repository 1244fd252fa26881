package io.gramian.cpu.pair;

import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * The sums of exponentials of the scores of each anchor and of each tuple, taken in block by block:
 * what objectives over softmaxes share.
 */
public final class SoftmaxSums {
  /** Strips of a block: maxima and sums. */
  public static final int ROW_STRIPS = 2;

  private final ExpMath exps;
  private final RunningSums rows;
  private final RunningSums columns;
  private float rowScale;
  private float columnScale;

  public SoftmaxSums(Simd simd, int anchors, int tuples) {
    this.exps = simd.exps();
    this.rows = new RunningSums(anchors);
    this.columns = new RunningSums(tuples);
  }

  /** Starts a run with the factors of scores over an anchor's tuples and a tuple's anchors. */
  public void begin(double newRowScale, double newColumnScale) {
    rowScale = (float) newRowScale;
    columnScale = (float) newColumnScale;
    rows.clear(newRowScale);
    columns.clear(newColumnScale);
  }

  /** Takes in a block: tuples at once, anchors with {@link #merge}. */
  public void add(PairObjective.Block block) {
    int maxima = block.rowsAt();
    int sums = maxima + block.stride();
    // Counted from the maxima so far: merging mostly needs no exponentials.
    System.arraycopy(rows.maxima(), block.anchor(), block.rows(), maxima, block.anchors());
    Arrays.fill(block.rows(), sums, sums + block.stride(), 0);
    float[] tops = new float[block.tuples()];
    for (int j = 0; j < tops.length; j++) {
      int from = block.from(j);
      int at = block.scoresAt() + j * block.stride() + from;
      int length = block.anchors() - from;
      tops[j] = exps.maxima(block.scores(), at, block.rows(), maxima + from, length);
    }
    for (int j = 0; j < tops.length; j++) {
      int from = block.from(j);
      if (from == block.anchors()) {
        continue;
      }
      double sum =
          exps.expSums(
              block.scores(),
              block.scoresAt() + j * block.stride() + from,
              rowScale,
              block.rows(),
              maxima + from,
              block.rows(),
              sums + from,
              columnScale,
              tops[j],
              block.anchors() - from);
      columns.add(block.tuple() + j, sum, tops[j]);
    }
  }

  /** See {@link PairObjective#merge}. */
  public void merge(PairObjective.Block block, int from, int to) {
    for (int i = from; i < to; i++) {
      int at = block.rowsAt() + i;
      rows.add(block.anchor() + i, block.rows()[at + block.stride()], block.rows()[at]);
    }
  }

  /**
   * Ends the scores of a mirrored engine, which took in each pair once: the sums of an anchor and
   * of the tuple of its number become one, over all others.
   */
  public void unite() {
    for (int i = 0; i < rows.count(); i++) {
      rows.add(i, columns.sum(i), columns.maximum(i));
    }
    columns.copy(rows);
  }

  /**
   * Weights of a strip: rowFactors * exp(rowScale (x - row maximum)) + columnFactor *
   * exp(columnScale (x - column maximum)) - constant.
   *
   * @param rowFactors one per anchor, padded as a strip
   */
  public void weigh(Strip strip, float[] rowFactors, float columnFactor, float constant) {
    exps.expWeights(
        strip.scores,
        strip.scoresAt,
        rowScale,
        rows.maxima(),
        strip.anchor,
        rowFactors,
        strip.anchor,
        columnScale,
        columns.maximum(strip.tuple),
        columnFactor,
        constant,
        strip.weights,
        strip.weightsAt,
        strip.length);
  }

  /** Over the tuples of each anchor. */
  public RunningSums rows() {
    return rows;
  }

  /** Over the anchors of each tuple. */
  public RunningSums columns() {
    return columns;
  }

  public long bytes() {
    return rows.bytes() + columns.bytes();
  }
}
