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
    this(false, 1e-4);
  }

  static Volume parse(Parameters parameters) {
    return new Volume(parameters.flag("normalize", false), parameters.number("min_volume", 1e-4));
  }

  @Override
  public String name() {
    return "volume";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data("vectors", "B", "k", "d")
        .result("volume", "B")
        .gradients("vectors");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Gram.checkVectors(name(), signature(inputs).match(inputs, outputs));
  }
}
