package io.gramian.op;

import io.gramian.Specs;

/**
 * Batched volumes of the parallelotopes that the vectors of a sample span: sqrt(det(X X^T)) (GRAM,
 * arXiv 2412.11959).
 *
 * <p>Inputs: {@code vectors} [B,k,d], k = 1..16; {@code grad_volume} [B]. Outputs: {@code volume}
 * [B]; {@code grad_vectors} [B,k,d]. Dependent vectors (see {@link LogDet}), among them any k above
 * d, have volume 0 and gradient 0.
 *
 * @param normalize scale each vector to unit length first; gradients flow through it
 * @param minVolume where the volume V is smaller, the gradient is scaled by 1/minVolume instead of
 *     1/V
 */
public record Volume(boolean normalize, double minVolume) implements Op {
  /** Checks the range. */
  public Volume {
    Checks.positive("volume", "min_volume", minVolume);
  }

  /** Without normalisation, with the default gradient bound. */
  public Volume() {
    this(false, Similarity.volume().minVolume());
  }

  /**
   * {@return a copy with or without normalisation}
   *
   * @param value scale each vector to unit length first; gradients flow through it
   */
  public Volume normalize(boolean value) {
    return new Volume(value, minVolume);
  }

  /**
   * {@return a copy with another gradient bound}
   *
   * @param value where the volume V is smaller, the gradient is scaled by 1/minVolume instead of
   *     1/V
   */
  public Volume minVolume(double value) {
    return new Volume(normalize, value);
  }

  static Volume parse(Parameters parameters) {
    Volume defaults = new Volume();
    return new Volume(
        parameters.flag("normalize", defaults.normalize),
        parameters.number("min_volume", defaults.minVolume));
  }

  @Override
  public String name() {
    return "volume";
  }

  @Override
  public String summary() {
    return "volumes of the parallelotopes that the vectors of a sample span, sqrt(det X "
        + "X^T) (GRAM, arXiv 2412.11959)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.VECTORS, "B", "k", "d")
        .result(Names.VOLUME, "B")
        .gradients(Names.VECTORS);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Gram.checkVectors(name(), signature(inputs).match(inputs, outputs));
  }
}
