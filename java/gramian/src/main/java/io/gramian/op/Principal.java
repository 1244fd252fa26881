package io.gramian.op;

import io.gramian.Specs;
import java.util.Optional;

/**
 * The loss of principled multimodal representation learning (PMRL, arXiv 2507.17343, as its code
 * computes it) over the unit vectors X of each sample, with singular values s_1 >= .. >= s_k and
 * leading direction u in R^d: weightValues * mean_i CE(s / temperatureValues, 1) + weightDirections
 * * mean_i CE_j(&lt;u_i, u_j&gt; / temperatureDirections, i). Vectors of a sample are drawn to one
 * direction, and directions of samples apart.
 *
 * <p>Inputs: {@code vectors} [B,k,d], k = 1..16; {@code grad_loss}. Outputs: {@code loss}, {@code
 * grad_vectors}. Everything comes from the k x k Gram matrices; memory grows with B d.
 *
 * <p>The sign of u is that with &lt;u, sum of the vectors&gt; >= 0; where that is 0, the first
 * vector that is not at right angles to u decides. Eigenvalues s^2 within 1e-6 of the largest count
 * as equal to it: u then is the direction in their space next to the sum of the vectors, turns with
 * changes within that space are left out of the gradient, and that of s_1 is the mean of the equal
 * ones. A singular value below 1e-4 counts as that much in its gradient. A sample of zero vectors
 * has no direction: its u is 0.
 *
 * @param temperatureValues above 0
 * @param temperatureDirections above 0
 * @param weightValues of the cross-entropy of singular values
 * @param weightDirections of the cross-entropy of directions
 */
public record Principal(
    double temperatureValues,
    double temperatureDirections,
    double weightValues,
    double weightDirections)
    implements Loss {
  /** How near to the largest eigenvalue, relative to it, another one counts as equal. */
  public static final double EQUAL = Similarity.Eigen.EQUAL;

  /** The least singular value that a gradient is divided by. */
  public static final double LEAST_VALUE = 1e-4;

  /** Checks the ranges. */
  public Principal {
    Checks.positive("principal", "temperature_values", temperatureValues);
    Checks.positive("principal", "temperature_directions", temperatureDirections);
    Checks.finite("principal", "weight_values", weightValues);
    Checks.finite("principal", "weight_directions", weightDirections);
  }

  /** With PMRL's temperatures 0.05 and 0.1 and both weights 1. */
  public Principal() {
    this(0.05, 0.1, 1, 1);
  }

  static Principal parse(Parameters parameters) {
    Principal defaults = new Principal();
    return new Principal(
        parameters.number("temperature_values", defaults.temperatureValues),
        parameters.number("temperature_directions", defaults.temperatureDirections),
        parameters.number("weight_values", defaults.weightValues),
        parameters.number("weight_directions", defaults.weightDirections));
  }

  /**
   * {@return a copy with another temperature of singular values}
   *
   * @param value above 0
   */
  public Principal temperatureValues(double value) {
    return new Principal(value, temperatureDirections, weightValues, weightDirections);
  }

  /**
   * {@return a copy with another temperature of directions}
   *
   * @param value above 0
   */
  public Principal temperatureDirections(double value) {
    return new Principal(temperatureValues, value, weightValues, weightDirections);
  }

  /**
   * {@return a copy with another weight of singular values}
   *
   * @param value of the cross-entropy of singular values
   */
  public Principal weightValues(double value) {
    return new Principal(temperatureValues, temperatureDirections, value, weightDirections);
  }

  /**
   * {@return a copy with another weight of directions}
   *
   * @param value of the cross-entropy of directions
   */
  public Principal weightDirections(double value) {
    return new Principal(temperatureValues, temperatureDirections, weightValues, value);
  }

  @Override
  public String name() {
    return "principal";
  }

  @Override
  public String summary() {
    return "the loss of singular values and leading directions of the unit vectors of each "
        + "sample (PMRL, arXiv 2507.17343)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.VECTORS, "B", "k", "d")
        .result(Names.LOSS)
        .gradients(Names.VECTORS);
  }

  @Override
  public Optional<Sharding> sharding(int ranks) {
    return Sharding.of(this, "B");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    Sizes sizes = Gram.checkVectors(name(), signature(inputs).match(inputs, outputs));
    return Shapes.notEmpty(name(), sizes, "B");
  }
}
