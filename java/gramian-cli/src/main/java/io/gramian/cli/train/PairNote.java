package io.gramian.cli.train;

/** Explains the recall of pairs of modalities under a loss. */
final class PairNote {
  private PairNote() {}

  static String of(Recipe recipe, TrainingOptions options) {
    if (options.others().size() < 2) {
      return "";
    }
    return switch (recipe) {
      case CLIP, SIGLIP ->
          "This loss pulls each modality to the anchor. Pairs without the anchor are aligned by way"
              + " of it.";
      case GRAM, GHA, TRIANGLE, SYMILE ->
          "This loss scores an anchor with a whole tuple; members of a tuple are never held against"
              + " one another as pairs. Pairs without the anchor therefore stay near chance. That"
              + " is a property of the method.";
    };
  }
}
