package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.Specs;

/**
 * CLIP's loss where only the first rows are known to match (Set-CLIP, arXiv 2406.05766): the mean
 * of both directions' cross-entropy of T I^T / tau over the first {@code matched} rows, with all
 * rows of the other side in the denominator. Rows are used as they are, not normalised.
 *
 * <p>Inputs: {@code image} [B,d], {@code text} [B,d]; the scalars {@code temperature} and {@code
 * grad_loss}. Outputs: {@code loss}, {@code grad_image}, {@code grad_text}, {@code
 * grad_temperature}.
 *
 * @param matched number of matching rows, 1 to B
 * @param temperature tau, above 0
 */
public record ClipMatched(int matched, double temperature) implements Op {
  /** Checks the ranges. */
  public ClipMatched {
    Checks.atLeast("clip-matched", "matched", 1, matched);
    Checks.positive("clip-matched", "temperature", temperature);
  }

  static ClipMatched parse(Parameters parameters) {
    return new ClipMatched(
        parameters.integer("matched", 1), parameters.number("temperature", 0.05));
  }

  @Override
  public String name() {
    return "clip-matched";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data("image", "B", "d")
        .data("text", "B", "d")
        .scalar("temperature")
        .result("loss")
        .gradients("image", "text", "temperature");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = signature(inputs).match(inputs, outputs);
    checkMatched(name(), matched, sizes.get("B"));
    return Shapes.notEmpty(name(), sizes, "d");
  }

  static void checkMatched(String op, int matched, long rows) {
    if (matched > rows) {
      throw new ParameterException(
          op
              + ": parameter 'matched' must be at most the number of samples "
              + rows
              + ", got "
              + matched);
    }
  }
}
