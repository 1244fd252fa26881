package io.gramian.cuda;

/**
 * Scores of all pairs as matrices of bounded size, wave after wave, for ops that look at every
 * score. All tuples of some anchors come before the next anchors.
 */
final class ScoreWaves {
  private final PairEngine engine;
  private final PairForward forward;
  private final int anchors;
  private final int tuples;
  private final int waveAnchors;
  private final int waveTuples;
  private final long matrix;

  /** What is done with the scores of a wave. */
  @FunctionalInterface
  interface Step {
    /**
     * Enqueues it.
     *
     * @param scores device address of floats [anchorCount][{@link ScoreWaves#stride}]
     */
    void run(long scores, int anchorBegin, int anchorCount, int tupleBegin, int tupleCount);
  }

  /** Reserves the matrix. */
  ScoreWaves(PairEngine engine, PairForward forward, Scratch scratch) {
    this.engine = engine;
    this.forward = forward;
    this.anchors = engine.anchor().rows().count();
    this.tuples = engine.tupleRows().count();
    this.waveAnchors = Math.min(anchors, engine.limits().matrixAnchors());
    this.waveTuples = Math.min(tuples, engine.limits().matrixTuples());
    this.matrix = scratch.words((long) waveAnchors * waveTuples);
  }

  /** Numbers from an anchor's scores to the next one's. */
  int stride() {
    return waveTuples;
  }

  /** Whether one wave holds all pairs. */
  boolean isOne() {
    return waveAnchors == anchors && waveTuples == tuples;
  }

  /** Enqueues all waves: for some anchors all of the first step, then all of the second. */
  void run(long stream, Step first, Step second) {
    forward.matrix(scores(), stride());
    for (int anchor = 0; anchor < anchors; anchor += waveAnchors) {
      int anchorEnd = Math.min(anchor + waveAnchors, anchors);
      if (first != null) {
        run(stream, first, anchor, anchorEnd, true);
      }
      if (second != null) {
        run(stream, second, anchor, anchorEnd, first == null || !isOne());
      }
    }
  }

  private void run(long stream, Step step, int anchor, int anchorEnd, boolean isNew) {
    for (int tuple = 0; tuple < tuples; tuple += waveTuples) {
      int tupleEnd = Math.min(tuple + waveTuples, tuples);
      if (isNew) {
        forward.run(stream, anchor, anchorEnd, tuple, tupleEnd);
      }
      step.run(scores(), anchor, anchorEnd - anchor, tuple, tupleEnd - tuple);
    }
  }

  private long scores() {
    return engine.workspace() + matrix;
  }
}
