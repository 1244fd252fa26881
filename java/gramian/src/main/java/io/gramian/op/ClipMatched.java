package io.gramian.op;

import io.gramian.ParameterException;
import io.gramian.Specs;
import java.util.Optional;

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
public record ClipMatched(int matched, double temperature) implements Loss {
  /** Checks the ranges. */
  public ClipMatched {
    Checks.atLeast("clip-matched", "matched", 1, matched);
    Checks.positive("clip-matched", "temperature", temperature);
  }

  /**
   * With the given number of matching rows, at temperature 0.05.
   *
   * @param matched how many rows match; they are the first ones
   */
  public ClipMatched(int matched) {
    this(matched, 0.05);
  }

  /**
   * {@return a copy with another number of matching rows}
   *
   * @param value number of matching rows, 1 to B
   */
  public ClipMatched matched(int value) {
    return new ClipMatched(value, temperature);
  }

  /**
   * {@return a copy with another temperature}
   *
   * @param value tau, above 0
   */
  public ClipMatched temperature(double value) {
    return new ClipMatched(matched, value);
  }

  static ClipMatched parse(Parameters parameters) {
    ClipMatched defaults = new ClipMatched(1);
    return new ClipMatched(
        parameters.integer("matched", defaults.matched),
        parameters.number("temperature", defaults.temperature));
  }

  @Override
  public String name() {
    return "clip-matched";
  }

  @Override
  public String summary() {
    return "CLIP's loss where only the first rows are known to match (Set-CLIP, arXiv "
        + "2406.05766)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.IMAGE, "B", "d")
        .data(Names.TEXT, "B", "d")
        .scalar(Names.TEMPERATURE)
        .result(Names.LOSS)
        .gradients(Names.IMAGE, Names.TEXT, Names.TEMPERATURE);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.ofUnits(matched(Math.multiplyExact(ranks, matched)), "B", 1, matched);
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
