package io.gramian.cuda.pair;

/**
 * An objective of the kernels over pairs, what a pass does with scores: a functor of
 * kernels/include/gramian/pair/objective, by which its kernels are named.
 *
 * @param name of the objective in those of kernels
 * @param extraBytes what its kernels take beside the parameter of all objectives
 */
public record PairObjective(String name, long extraBytes) {
  /** Sums of exponentials over the tuples and over the anchors. */
  public static final PairObjective SOFTMAX = new PairObjective("softmax", 0);

  /** Sigmoids of all pairs. */
  public static final PairObjective SIGMOID = new PairObjective("sigmoid", 0);

  /** The scores themselves, and weights that come as a matrix. */
  public static final PairObjective MATRIX = new PairObjective("matrix", 0);

  /** A mixture of Gaussians of the distance. */
  public static final PairObjective MIXTURE = new PairObjective("mixture", 0);
}
