package io.gramian.op;

import io.gramian.ShapeException;
import io.gramian.Specs;
import java.util.Optional;

/**
 * The normalised temperature-scaled cross-entropy of two views per sample (SimCLR, arXiv
 * 2002.05709): rows 2i and 2i+1 are each other's target, cosines / tau are the logits, the diagonal
 * is left out; the mean over all rows.
 *
 * <p>Inputs: {@code views} [2B,d]; the scalars {@code temperature} and {@code grad_loss}. Outputs:
 * {@code loss}, {@code grad_views}, {@code grad_temperature}.
 *
 * @param temperature tau, above 0
 */
public record NtXent(double temperature) implements Loss {
  /** Checks the range. */
  public NtXent {
    Checks.positive("nt-xent", "temperature", temperature);
  }

  /** At temperature 0.05. */
  public NtXent() {
    this(0.05);
  }

  /**
   * {@return a copy with another temperature}
   *
   * @param value tau, above 0
   */
  public NtXent temperature(double value) {
    return new NtXent(value);
  }

  static NtXent parse(Parameters parameters) {
    return new NtXent(parameters.number("temperature", new NtXent().temperature));
  }

  @Override
  public String name() {
    return "nt-xent";
  }

  @Override
  public String summary() {
    return "cross-entropy of two views of each sample, rows 2i and 2i+1 (SimCLR, arXiv "
        + "2002.05709)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.VIEWS, "rows", "d")
        .scalar(Names.TEMPERATURE)
        .result(Names.LOSS)
        .gradients(Names.VIEWS, Names.TEMPERATURE);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.ofUnits(this, "rows", 2, 0);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = signature(inputs).match(inputs, outputs);
    requireEven(name(), "views", sizes.get("rows"));
    return Shapes.notEmpty(name(), sizes, "rows", "d");
  }

  static void requireEven(String op, String tensor, long rows) {
    if (rows % 2 != 0) {
      throw new ShapeException(
          op
              + ": '"
              + tensor
              + "' has "
              + rows
              + " rows; expected two views per sample, an even"
              + " number");
    }
  }
}
