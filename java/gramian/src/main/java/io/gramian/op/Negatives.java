package io.gramian.op;

import java.util.Arrays;
import java.util.List;

/** Against what a matching tuple is held. */
public enum Negatives {
  /** The tuples of the batch, each kept whole: B1 x B2 scores. */
  TUPLES,
  /** All combinations of one sample per modality, each modality in turn as anchor: B^N scores. */
  PRODUCT;

  /** {@return the name on the command line} */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  static Negatives parse(Parameters parameters) {
    List<String> labels = Arrays.stream(values()).map(Negatives::label).toList();
    return values()[labels.indexOf(parameters.choice("negatives", TUPLES.label(), labels))];
  }
}
