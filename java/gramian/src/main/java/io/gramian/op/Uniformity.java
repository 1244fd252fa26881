package io.gramian.op;

import io.gramian.Specs;
import java.util.Optional;

/**
 * How evenly vectors are spread over the sphere (Wang and Isola, arXiv 2005.10242): the logarithm
 * of the mean over all i != j of exp(-t |x_i - x_j|^2). It is at most 0, and 0 where all vectors
 * are equal. The loss beside it in that paper, alignment, is the mean squared distance of pairs
 * that belong together: 2 - 2 times the mean of their cosines.
 *
 * <p>Inputs: {@code x} [B,d], {@code grad_loss}. Outputs: {@code loss}, {@code grad_x}. A single
 * vector has loss and gradient 0.
 *
 * @param t factor of the squared distances, above 0
 * @param normalize scale every row to unit length first; gradients flow through it
 */
public record Uniformity(double t, boolean normalize) implements Loss {
  /** Checks the range. */
  public Uniformity {
    Checks.positive("uniformity", "t", t);
  }

  /** At t = 2, of unit vectors. */
  public Uniformity() {
    this(2, true);
  }

  static Uniformity parse(Parameters parameters) {
    Uniformity defaults = new Uniformity();
    return new Uniformity(
        parameters.number("t", defaults.t), parameters.flag("normalize", defaults.normalize));
  }

  /**
   * {@return a copy with another factor}
   *
   * @param value factor of the squared distances, above 0
   */
  public Uniformity t(double value) {
    return new Uniformity(value, normalize);
  }

  /**
   * {@return a copy with or without normalisation}
   *
   * @param value scale every row to unit length first; gradients flow through it
   */
  public Uniformity normalize(boolean value) {
    return new Uniformity(t, value);
  }

  @Override
  public String name() {
    return "uniformity";
  }

  @Override
  public String summary() {
    return "how evenly vectors are spread over the sphere, log mean exp(-t |x_i - x_j|^2) "
        + "(Wang and Isola, arXiv 2005.10242)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name()).data(Names.X, "B", "d").result(Names.LOSS).gradients(Names.X);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.of(this, "B");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(name(), signature(inputs).match(inputs, outputs), "B", "d");
  }
}
