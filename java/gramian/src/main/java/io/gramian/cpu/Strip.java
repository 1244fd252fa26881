package io.gramian.cpu;

/**
 * A run of anchors that face one tuple, as {@link PairScore} sees it. One per worker, filled anew
 * for each.
 */
final class Strip {
  /** Number of the tuple. */
  int tuple;

  /** Number of the first anchor. */
  int anchor;

  /** Number of anchors. */
  int length;

  /** Inner products of the rows of the tuple with the anchors, turned into their weights. */
  float[] products;

  int productsAt;

  /** Values from one row of the tuple to the next. */
  int productsStride;

  /** Scores, and beside them their weights. */
  float[] scores;

  int scoresAt;
  float[] weights;
  int weightsAt;

  /** Sums of gradients of |a|^2, one per anchor. */
  float[] normGradients;

  int normGradientsAt;

  /** {@link PairScore#strips} strips, {@link #stride} apart. */
  float[] scratch;

  int stride;

  /** Whether some score was computed anew in float64. */
  boolean cancelled;

  /** The rows themselves, where products at hand are not precise enough. */
  Exact exact;

  /** Products of rows in float64. */
  interface Exact {
    /** The product of a row of the tuple with the anchor at {@code index} of the strip. */
    double product(int row, int index);

    /** The squared norm of that anchor. */
    double squaredNorm(int index);

    /** The squared distance of a row of the tuple from that anchor. */
    double squaredDistance(int row, int index);
  }
}
