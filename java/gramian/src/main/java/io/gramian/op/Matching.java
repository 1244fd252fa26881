package io.gramian.op;

import io.gramian.Specs;

/**
 * The data-anchor matching loss of GRAM (arXiv 2412.11959): mean cross-entropy of two-class logits.
 *
 * <p>Inputs: {@code logits} [M,2], of no match and match; {@code labels} [M] (i32), 1 for a match
 * and 0 else; {@code grad_loss}. Outputs: {@code loss}, {@code grad_logits} [M,2].
 */
public record Matching() implements Loss {
  static Matching parse(Parameters parameters) {
    return new Matching();
  }

  @Override
  public String name() {
    return "matching";
  }

  @Override
  public String summary() {
    return "mean cross-entropy of two-class logits, the data-anchor matching loss (GRAM, "
        + "arXiv 2412.11959)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.LOGITS, "M", "2")
        .labels(Names.LABELS, true, "M")
        .result(Names.LOSS)
        .gradients(Names.LOGITS);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(name(), signature(inputs).match(inputs, outputs), "M");
  }
}
