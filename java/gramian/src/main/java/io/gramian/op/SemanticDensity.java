package io.gramian.op;

import io.gramian.Specs;
import java.util.Optional;

/**
 * The semantic density loss of Gentle-CLIP / Set-CLIP (arXiv 2406.05766), as the authors' code
 * computes it, between the distributions of two sets.
 *
 * <p>V_D = sum over dimensions of the unbiased variance of D; rho_D(x) = c sum_{z in D} exp(-|z -
 * x|^2 / (4 h^2 V_D)), c = 3 / (32 pi h^2); J(A,B) = sum_{x in A} (p - q) log(p/q) with p =
 * rho_A(x), q = rho_B(x); R_D = sum over dimensions of (max - min)^2; loss = (J(X,Y) + J(Y,X)) (1 /
 * R_X + 1 / R_Y). Gradients also flow through V and R; those of max and min go to the first sample
 * that attains them. V and R are kept at or above 1e-12, without a gradient below, and densities
 * are compared by their logarithms, so that equal points and far sets give finite losses.
 *
 * <p>Inputs: {@code x} [Bx,d], {@code y} [By,d], {@code grad_loss}. Outputs: {@code loss}, {@code
 * grad_x}, {@code grad_y}.
 *
 * @param bandwidth h, above 0
 */
public record SemanticDensity(double bandwidth) implements Loss {
  /** Lower bound of the variance and of the range. */
  public static final double FLOOR = 1e-12;

  /** Checks the range. */
  public SemanticDensity {
    Checks.positive("semantic-density", "bandwidth", bandwidth);
  }

  /** With the paper's bandwidth 0.5. */
  public SemanticDensity() {
    this(0.5);
  }

  /**
   * {@return a copy with another bandwidth}
   *
   * @param value h, above 0
   */
  public SemanticDensity bandwidth(double value) {
    return new SemanticDensity(value);
  }

  static SemanticDensity parse(Parameters parameters) {
    return new SemanticDensity(parameters.number("bandwidth", new SemanticDensity().bandwidth));
  }

  @Override
  public String name() {
    return "semantic-density";
  }

  @Override
  public String summary() {
    return "the semantic density loss between the distributions of two sets (Gentle-CLIP / "
        + "Set-CLIP, arXiv 2406.05766)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.X, "Bx", "d")
        .data(Names.Y, "By", "d")
        .result(Names.LOSS)
        .gradients(Names.X, Names.Y);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.of(this, "Bx", "By");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Shapes.notEmpty(name(), signature(inputs).match(inputs, outputs), "Bx", "By", "d");
  }
}
