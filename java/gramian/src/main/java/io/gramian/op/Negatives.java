package io.gramian.op;

/** Against what a matching tuple is held. */
public enum Negatives {
  /** The tuples of the batch, each kept whole: B1 x B2 scores. */
  TUPLES,
  /** All combinations of one sample per modality, each modality in turn as anchor: B^N scores. */
  PRODUCT;

  /** The name on the command line. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  static Negatives parse(Parameters parameters) {
    String label = parameters.text("negatives", "tuples");
    return switch (label) {
      case "tuples" -> TUPLES;
      case "product" -> PRODUCT;
      default -> throw parameters.wrong("negatives", "one of tuples, product", label);
    };
  }
}
