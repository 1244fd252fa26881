package io.gramian.cpu.pair;

/**
 * A run of anchors that face one tuple, as {@link PairScore} sees it. One per worker, filled anew
 * for each.
 */
public final class Strip {
  /** Number of the tuple. */
  public int tuple;

  /** Number of the first anchor. */
  public int anchor;

  /** Number of anchors. */
  public int length;

  /** Inner products of the rows of the tuple with the anchors, turned into their weights. */
  public float[] products;

  public int productsAt;

  /** Values from one row of the tuple to the next. */
  public int productsStride;

  /** Scores, and beside them their weights. */
  public float[] scores;

  public int scoresAt;
  public float[] weights;
  public int weightsAt;

  /** Sums of gradients of |a|^2, one per anchor. */
  public float[] normGradients;

  public int normGradientsAt;

  /** {@link PairScore#strips} strips, {@link #stride} apart. */
  public float[] scratch;

  public int stride;

  /** Whether some score was computed anew in float64. */
  boolean cancelled;

  /** The rows themselves, where products at hand are not precise enough. */
  public Exact exact;

  /** Products of rows in float64. */
  public interface Exact {
    /** The product of a row of the tuple with the anchor at {@code index} of the strip. */
    double product(int row, int index);

    /** The squared norm of that anchor. */
    double squaredNorm(int index);

    /** The squared distance of a row of the tuple from that anchor. */
    double squaredDistance(int row, int index);
  }
}
