package io.gramian.cpu;

/**
 * A similarity of anchors and tuples as a functor of {@link PairEngine}: it knows the norms of the
 * anchors and the Gram matrix of each tuple, and turns inner products into scores and weights of
 * scores into weights of inner products. Per-tuple state is written by the thread that works on the
 * tuple.
 */
abstract class PairScore {
  final Simd simd;

  PairScore(Simd simd) {
    this.simd = simd;
  }

  /** Scratch strips that {@link #score} and {@link #weigh} share. */
  abstract int strips();

  /** Bytes of per-tuple and per-anchor state. */
  abstract long bytes();

  /** Forgets the gradients of the last run. */
  abstract void clear();

  /** Takes the squared norm of an anchor. */
  abstract void anchor(int anchor, double squaredNorm);

  /** Takes the Gram matrix [n,n] of a tuple's rows. */
  abstract void tuple(int tuple, double[] gram);

  /** Scores of a strip. */
  abstract void score(Strip strip);

  /**
   * Replaces the products of a strip by their weights, given scores and weights of scores, right
   * after {@link #score} of the same strip; adds to the gradients of norms and Gram matrix.
   */
  abstract void weigh(Strip strip);

  /**
   * The gradient with respect to the Gram matrix of a tuple, symmetric.
   *
   * @param gradient [n,n], overwritten
   * @return whether there is any
   */
  abstract boolean gramGradient(int tuple, double[] gradient);
}
