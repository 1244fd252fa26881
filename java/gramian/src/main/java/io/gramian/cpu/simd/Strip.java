package io.gramian.cpu.simd;

/**
 * A run of anchors that face one tuple, as epilogues see it: inner products c = &lt;m, a&gt; from
 * the main loop, scores, their weights. One per worker, filled anew for each.
 */
public final class Strip {
  /** Number of the tuple. */
  public int tuple;

  /** Number of the first anchor. */
  public int anchor;

  /** Number of anchors. */
  public int length;

  /** Inner products of the rows of the tuple with the anchors, turned into their weights. */
  public float[] c;

  public int cAt;

  /** Values from one row of the tuple to the next. */
  public int cStride;

  public float[] scores;
  public int scoresAt;

  /** The gradient of the loss with respect to the scores. */
  public float[] weights;

  public int weightsAt;

  /** Sums of gradients of |a|^2, one per anchor. */
  public float[] normGradients;

  public int normGradientsAt;

  /** What the score keeps of each pair: strips of its own, {@link #stride} apart. */
  public float[] scratch;

  public int stride;

  /** The rows themselves, where inner products at hand are not precise enough. */
  public Exact exact;

  /** Where a strip of the scratch starts. */
  public int scratchAt(int number) {
    return number * stride;
  }

  /** Recomputes in float64. */
  public interface Exact {
    /** The inner product of a row of the tuple with the anchor at {@code index} of the strip. */
    double dot(int row, int index);

    /** The squared norm of that anchor. */
    double squaredNorm(int index);

    /** The squared distance of a row of the tuple from that anchor. */
    double squaredDistance(int row, int index);

    /** That anchor as the input has it, overwritten by the next call. */
    double[] anchor(int index);

    /** A row of the tuple as the input has it. */
    double[] member(int row);
  }
}
