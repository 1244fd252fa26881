package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.Similarity;
import java.util.List;

/**
 * A similarity of anchors and tuples as a functor of {@link PairEngine}: it may know the norms of
 * the anchors and the Gram matrix of each tuple, and turns inner products into scores and weights
 * of scores into weights of inner products. State per tuple is written by the thread that works on
 * the tuple; what it keeps of a pair is in the scratch of the strip.
 */
public abstract class PairScore {
  /** The functor of a similarity with tuples of n members. */
  public static PairScore of(
      Similarity similarity, Resources resources, int anchors, int tuples, int n) {
    return switch (similarity) {
      case Similarity.Cosine _ -> new CosineScore();
      case Similarity.Mip _ -> new MipScore();
      case Similarity.Volume volume ->
          VolumeScore.of(resources, anchors, tuples, n, volume.minVolume());
      case Similarity.Jgcs jgcs -> JgcsScore.of(resources, anchors, tuples, n, jgcs.minScore());
      case Similarity.JgcsSquared _ -> JgcsSquaredScore.of(resources, anchors, tuples, n);
      case Similarity.Area _ -> AreaScore.of(resources, anchors, tuples);
      case Similarity.Eigen _ -> new EigenScore(resources, anchors, tuples, n);
      case Similarity.Centroid _ -> new CentroidScore(resources, anchors, tuples);
    };
  }

  /** The rows that stand for a tuple in the gemm: its members, if nothing else. */
  public TupleRows rows(List<Vectors> members) {
    return TupleRows.stacked(members);
  }

  /** Whether index tuples are scored too, by the rows of their members. */
  public boolean takesIndexTuples() {
    return true;
  }

  /** Whether anchors and tuples, of one member that is never absent, may change places. */
  public boolean isSymmetric() {
    return false;
  }

  /** Whether scores need squared norms and Gram matrices: if not, they come as zeros. */
  public boolean needsGrams() {
    return true;
  }

  /** Whether the score is the inner product itself: the main loop may then write scores. */
  public boolean isInnerProduct() {
    return false;
  }

  /** Scratch strips that {@link #score} and {@link #weigh} share. */
  public int strips() {
    return 0;
  }

  /** Takes the squared norm of an anchor. */
  public void anchor(int anchor, double squaredNorm) {}

  /** Takes the Gram matrix of a tuple's rows and forgets its gradients. */
  public void tuple(int tuple, TupleGram gram) {}

  /** The epilogue forward: scores of a strip. */
  public abstract void score(Strip strip);

  /**
   * The epilogue backward: replaces the inner products of a strip by their weights, given scores
   * and weights of scores, right after {@link #score} of the same strip; adds to the gradients of
   * norms and Gram matrix.
   */
  public abstract void weigh(Strip strip);

  /**
   * The gradient with respect to the Gram matrix of a tuple, symmetric.
   *
   * @param gradient [n,n], overwritten
   * @return whether there is any
   */
  public boolean gramGradient(int tuple, double[] gradient) {
    return false;
  }
}
