package io.gramian.cuda.pair;

import io.gramian.op.Similarity;

/** Which rows of a tuple the anchors are multiplied with. */
public enum TupleKind {
  /** Each of its members. */
  MEMBERS,
  /** The elementwise product of its members. */
  ELEMENTWISE,
  /** The direction of the sum of its members. */
  CENTROID;

  static TupleKind of(Similarity similarity) {
    return switch (similarity) {
      case Similarity.Mip _ -> ELEMENTWISE;
      case Similarity.Centroid _ -> CENTROID;
      default -> MEMBERS;
    };
  }
}
