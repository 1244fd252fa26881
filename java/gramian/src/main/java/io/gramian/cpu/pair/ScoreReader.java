package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.cpu.simd.Strip;

/**
 * Whoever takes in the scores of {@link PairEngine}, in one pass over all of them. They come in
 * blocks: in {@link #add} a few tuples against a run of anchors, all blocks of a run of anchors and
 * tuples at once on several threads; {@link #merge} then folds what blocks found out about anchors.
 * State per tuple is written by the thread that works on the tuple, state per block is kept in
 * {@code block.rows}.
 */
public abstract class ScoreReader {
  /**
   * Scores of some tuples with some anchors.
   *
   * @param tuple number of the first tuple
   * @param tuples number of tuples
   * @param anchor number of the first anchor
   * @param anchors number of anchors
   * @param scores of tuple t with anchor a at {@code scoresAt + t * stride + a}; until the end of
   *     {@link #add}, and in an engine that merges and makes no gradients until that of {@link
   *     #merge}
   * @param rows {@link #rowStrips} strips, {@code stride} apart, for sums per anchor
   * @param mirrored whether tuples meet only the anchors that come after them
   * @param strip that of the worker
   */
  public record Block(
      int tuple,
      int tuples,
      int anchor,
      int anchors,
      float[] scores,
      int scoresAt,
      int stride,
      float[] rows,
      int rowsAt,
      boolean mirrored,
      Strip strip) {
    /** The block as a worker sees it. */
    Block of(Strip ofWorker, int at) {
      return new Block(
          tuple, tuples, anchor, anchors, scores, at, stride, rows, rowsAt, mirrored, ofWorker);
    }

    /** Counted within the block, the first anchor that tuple {@code j} of it meets. */
    public int from(int j) {
      return mirrored ? Math.clamp(tuple + j + 1L - anchor, 0, anchors) : 0;
    }

    /** The scores of tuple {@code j} of it, in {@link #add}: valid until the next one. */
    public Strip strip(int j) {
      int from = from(j);
      strip.tuple = tuple + j;
      strip.anchor = anchor + from;
      strip.length = anchors - from;
      strip.scores = scores;
      strip.scoresAt = scoresAt + j * stride + from;
      return strip;
    }
  }

  /** Starts a run. */
  public void begin(Bindings in, Bindings out) {}

  /** Strips of sums per anchor that a block keeps. */
  public int rowStrips() {
    return 0;
  }

  /** Takes in the scores of a block. */
  public abstract void add(Block block);

  /**
   * Folds the sums of a block into those of its anchors from {@code from} to {@code to}, counted
   * within the block; called for all blocks in a fixed order.
   */
  public void merge(Block block, int from, int to) {}

  /** All scores have been added. */
  public void end() {}

  /**
   * Writes results.
   *
   * @param accumulate whether gradients are added to what is there
   */
  public void write(Bindings out, boolean accumulate) {}
}
