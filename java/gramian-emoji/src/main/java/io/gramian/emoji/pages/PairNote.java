package io.gramian.emoji.pages;

import io.gramian.emoji.losses.LossSpec;
import io.gramian.emoji.losses.Recipe;

/** Explains the recall of pairs of modalities under a loss. */
final class PairNote {
  private PairNote() {}

  static String of(LossSpec loss) {
    if (loss.isSum()) {
      return "This is a sum of losses; each of them draws pairs in its own way.";
    }
    return of(loss.parts().getFirst().recipe());
  }

  private static String of(Recipe recipe) {
    return switch (recipe) {
      case CLIP, SIGLIP ->
          "This loss pulls each modality to the anchor by cosine; pairs without the anchor are"
              + " aligned by way of it.";
      case SET_CLIP ->
          "This loss is told half of the matches, pulls the first view of words to the first"
              + " view of pictures by cosine, each view to the other of its kind, and the"
              + " distributions of both kinds together.";
      case GRAM, GRAM_AUTHORS, GHA ->
          "This loss sees an anchor and its whole tuple: a small volume asks the vectors to be"
              + " dependent, not each pair to be close, and a volume stays the same when a vector"
              + " changes its sign. So pairs may lie anywhere, even opposite, where recall by"
              + " cosine is zero. That is a property of the method.";
      case WPSE ->
          "This loss holds the anchor's point against the weighted mean of the others' points; no"
              + " pair is asked to be close alone, and a point of little weight counts little.";
      case CENTROID ->
          "This loss pulls the anchor to the direction of the others' sum; pairs without the anchor"
              + " are not asked to be close.";
      case EIGEN, PRINCIPAL ->
          "This loss asks all vectors of a sample to lie along one line; a vector may lie on either"
              + " side of the origin, and then recall by cosine is zero.";
      case UNIFORMITY -> "This loss spreads each modality and draws no pairs.";
      case TRIANGLE, SYMILE ->
          "This loss scores an anchor with a whole tuple; pairs are not asked to be close. That is"
              + " a property of the method.";
    };
  }
}
