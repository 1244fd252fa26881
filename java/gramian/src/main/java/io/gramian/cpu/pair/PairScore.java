package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Simd;
import io.gramian.op.Similarity;

/**
 * A similarity of anchors and tuples as a functor of {@link PairEngine}: it knows the norms of the
 * anchors and the Gram matrix of each tuple, and turns inner products into scores and weights of
 * scores into weights of inner products. Per-tuple state is written by the thread that works on the
 * tuple.
 */
public abstract class PairScore {
  final Simd simd;

  PairScore(Simd simd) {
    this.simd = simd;
  }

  /** The functor of a similarity with tuples of n members. */
  public static PairScore of(Similarity similarity, Simd simd, int anchors, int tuples, int n) {
    return switch (similarity) {
      case Similarity.Cosine _, Similarity.Mip _ -> new InnerScore(simd);
      case Similarity.Volume volume ->
          new VolumeScore(simd, anchors, tuples, n, volume.minVolume());
      case Similarity.Jgcs jgcs -> JointScore.root(simd, anchors, tuples, n, jgcs.minScore());
      case Similarity.JgcsSquared _ -> JointScore.squared(simd, anchors, tuples, n);
      case Similarity.Area _ -> new AreaScore(simd, anchors, tuples);
    };
  }

  /** Scratch strips that {@link #score} and {@link #weigh} share. */
  public abstract int strips();

  /** Bytes of per-tuple and per-anchor state. */
  public abstract long bytes();

  /** Whether scores need squared norms and Gram matrices: if not, they come as zeros. */
  boolean needsGrams() {
    return true;
  }

  /** Whether the score is the product itself. */
  boolean isProduct() {
    return false;
  }

  /** Takes the squared norm of an anchor. */
  public abstract void anchor(int anchor, double squaredNorm);

  /** Takes the Gram matrix [n,n] of a tuple's rows and forgets its gradients. */
  public abstract void tuple(int tuple, double[] gram);

  /** Scores of a strip. */
  public abstract void score(Strip strip);

  /**
   * Replaces the products of a strip by their weights, given scores and weights of scores, right
   * after {@link #score} of the same strip; adds to the gradients of norms and Gram matrix.
   */
  public abstract void weigh(Strip strip);

  /**
   * The gradient with respect to the Gram matrix of a tuple, symmetric.
   *
   * @param gradient [n,n], overwritten
   * @return whether there is any
   */
  public abstract boolean gramGradient(int tuple, double[] gradient);
}
