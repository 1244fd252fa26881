package io.gramian.tests.property;

import io.gramian.op.Similarity;

/** The similarities, with the number of modalities they take in these properties. */
enum Score {
  COSINE(Similarity.cosine(), 1),
  VOLUME(Similarity.volume(), 4),
  JGCS(Similarity.jgcs(), 4),
  JGCS_SQUARED(Similarity.jgcsSquared(), 4),
  MIP(Similarity.mip(), 4),
  AREA(Similarity.area(), 2);

  private final Similarity similarity;
  private final int most;

  Score(Similarity similarity, int most) {
    this.similarity = similarity;
    this.most = most;
  }

  Similarity similarity() {
    return similarity;
  }

  /** The nearest number of modalities beside the anchor that the similarity takes. */
  int fit(int modalities) {
    return Math.clamp(modalities, similarity.minTuple(), most);
  }
}
