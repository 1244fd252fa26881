package io.gramian.cuda.pair;

import java.util.Locale;

/**
 * An objective of the kernels over pairs, what a pass does with scores: a functor of
 * kernels/include/gramian/pair/objective, by which its kernels are named.
 */
public enum PairObjective {
  /** Sums of exponentials over the tuples and over the anchors. */
  SOFTMAX,
  /** Sigmoids of all pairs. */
  SIGMOID,
  /** The scores themselves, and weights that come as a matrix. */
  MATRIX,
  /** A mixture of Gaussians of the distance. */
  MIXTURE,
  /** Weighted sums over the points of pairs of clouds. */
  CLOUDS;

  /** Most variances of a mixture. */
  static final int MOST_VARIANCES = 32;

  /** Its name in those of kernels. */
  String kernel() {
    return name().toLowerCase(Locale.ROOT);
  }
}
