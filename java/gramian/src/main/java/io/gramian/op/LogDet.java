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

  /**
   * {@return a copy with another ridge}
   *
   * @param value added to the diagonal, at least 0
   */
  public LogDet ridge(double value) {
    return new LogDet(value);
  }

  static LogDet parse(Parameters parameters) {
    return new LogDet(parameters.number("ridge", new LogDet().ridge));
  }

  @Override
  public String name() {
    return "logdet";
  }

  @Override
  public String summary() {
    return "log-determinants of Gram matrices, log det(X X^T + ridge I)";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.VECTORS, "B", "k", "d")
        .result(Names.LOGDET, "B")
        .gradients(Names.VECTORS);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return Gram.checkVectors(name(), signature(inputs).match(inputs, outputs));
  }
}
