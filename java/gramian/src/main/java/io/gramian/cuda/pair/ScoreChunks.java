package io.gramian.cuda.pair;

import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * Scores of all pairs as matrices of bounded size, chunk after chunk, for ops that look at every
 * score. All tuples of some anchors come before the next anchors.
 */
public final class ScoreChunks {
  private final PairEngine engine;
  private final PairForward<ForwardParams> pass;
  private final int anchors;
  private final int tuples;
  private final int chunkAnchors;
  private final int chunkTuples;
  private final Region matrix;

  /** What is done with the scores of a chunk. */
  @FunctionalInterface
  public interface Step {
    /**
     * Enqueues it.
     *
     * @param scores device address of floats [anchorCount][{@link ScoreChunks#stride}]
     */
    void run(
        long stream, long scores, int anchorBegin, int anchorCount, int tupleBegin, int tupleCount);
  }

  /** Reserves the matrix. */
  public ScoreChunks(PairEngine engine, Scratch scratch) {
    this.engine = engine;
    this.pass = MatrixScores.pass(engine);
    this.anchors = engine.anchor().rows().count();
    this.tuples = engine.tupleRows().count();
    this.chunkAnchors = Math.min(anchors, engine.limits().matrixAnchors());
    this.chunkTuples = Math.min(tuples, engine.limits().matrixTuples());
    this.matrix = scratch.reserve((long) Float.BYTES * chunkAnchors * chunkTuples);
  }

  /** Numbers from an anchor's scores to the next one's. */
  public int stride() {
    return chunkTuples;
  }

  /** The parameter of the pass, for what goes beside the matrix. */
  public ForwardParams parameter() {
    return pass.parameter();
  }

  /** Whether one chunk holds all pairs. */
  boolean isOne() {
    return chunkAnchors == anchors && chunkTuples == tuples;
  }

  /** Enqueues all chunks: for some anchors all of the first step, then all of the second. */
  public void run(long stream, Step first, Step second) {
    pass.parameter().matrix(scores()).matrixStride(stride());
    for (int anchor = 0; anchor < anchors; anchor += chunkAnchors) {
      int anchorEnd = Math.min(anchor + chunkAnchors, anchors);
      if (first != null) {
        run(stream, first, anchor, anchorEnd, true);
      }
      if (second != null) {
        run(stream, second, anchor, anchorEnd, first == null || !isOne());
      }
    }
  }

  private void run(long stream, Step step, int anchor, int anchorEnd, boolean isNew) {
    for (int tuple = 0; tuple < tuples; tuple += chunkTuples) {
      int tupleEnd = Math.min(tuple + chunkTuples, tuples);
      if (isNew) {
        pass.run(stream, anchor, anchorEnd, tuple, tupleEnd);
      }
      step.run(stream, scores(), anchor, anchorEnd - anchor, tuple, tupleEnd - tuple);
    }
  }

  private long scores() {
    return matrix.at(engine.workspace());
  }
}
