package io.gramian.cpu.pair;

/**
 * Whoever takes in the scores of {@link PairEngine}. They come in blocks: in {@link #add} a few
 * tuples against a run of anchors, all blocks of a run of anchors and tuples at once on several
 * threads; {@link #merge} then folds what blocks found out about anchors. State per tuple is
 * written by the thread that works on the tuple, state per block is kept in {@code block.rows}.
 */
abstract class ScoreReader {
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
      boolean mirrored) {
    /** The same block with its scores elsewhere. */
    Block withScoresAt(int at) {
      return new Block(tuple, tuples, anchor, anchors, scores, at, stride, rows, rowsAt, mirrored);
    }

    /** Counted within the block, the first anchor that tuple {@code j} of it meets. */
    public int from(int j) {
      return mirrored ? Math.clamp(tuple + j + 1L - anchor, 0, anchors) : 0;
    }
  }

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
}
