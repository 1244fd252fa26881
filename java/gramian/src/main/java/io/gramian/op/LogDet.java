package io.gramian.op;

import io.gramian.Specs;

/**
 * Batched log-determinants of Gram matrices: log det(X X^T + ridge I).
 *
 * <p>Inputs: {@code vectors} [B,k,d], k = 1..16; {@code grad_logdet} [B]. Outputs: {@code logdet}
 * [B]; {@code grad_vectors} [B,k,d] = 2 G^-1 X.
 *
 * <p>The determinant is the product of the squared distances of each vector to the span of the
 * earlier ones. Where such a distance is at most 1e-12 of the squared norm, the vector counts as
 * dependent: it contributes log(max(1e-12 |x|^2, 1e-30)) and no gradient, so the result is finite.
 *
 * @param ridge added to the diagonal, at least 0
 */
public record LogDet(double ridge) implements Op {
  /** Checks the range. */
  public LogDet {
    Checks.notNegative("logdet", "ridge", ridge);
  }

  /** Without a ridge. */
  public LogDet() {
    this(0);
  }

  static LogDet parse(Parameters parameters) {
    return new LogDet(parameters.number("ridge", 0));
  }

  @Override
  public String name() {
    return "logdet";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data("vectors", "B", "k", "d")
        .result("logdet", "B")
        .gradients("vectors");
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Gram.checkVectors(name(), signature(inputs).match(inputs, outputs));
  }

  @Override
  public String objection(Sizes sizes) {
    long k = sizes.get("k");
    long d = sizes.get("d");
    return k <= d || ridge > 0
        ? null
        : "k = "
            + k
            + " vectors in d = "
            + d
            + " dimensions are always dependent, so the determinant"
            + " is 0; expected k <= d, or a ridge above 0";
  }
}
