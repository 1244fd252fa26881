package io.gramian.cuda.cloud;

import io.gramian.cuda.pair.PairScore;

/** Scores of points. */
public final class PointScores {
  private PointScores() {}

  /** Random features: cosines of the products of points with frequencies, plus phases. */
  static PairScore feature() {
    return new PairScore("feature", 1, 2, 0, false, 0, -1, 1, true, false);
  }

  /**
   * A kernel and the inner product of points.
   *
   * @param kernel gaussian or imq
   * @param nearest the squared distance below which scores are made in double
   */
  public static PairScore kernel(String kernel, double nearest) {
    return new PairScore(kernel, 1, 5, 1, true, nearest, Double.NaN, Double.NaN, true, true);
  }
}
