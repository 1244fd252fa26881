package io.gramian.op;

import io.gramian.Specs;

/**
 * Batched Gram matrices: G = X X^T for every sample X.
 *
 * <p>Inputs: {@code vectors} [B,k,d], k = 1..16; {@code grad_gram} [B,k,k], any matrix. Outputs:
 * {@code gram} [B,k,k]; {@code grad_vectors} [B,k,d] = (grad_gram + grad_gram^T) X.
 */
public record Gram() implements Op {
  /** Most vectors of a sample. */
  public static final int MAX_VECTORS = 16;

  static Gram parse(Parameters parameters) {
    return new Gram();
  }

  @Override
  public String name() {
    return "gram";
  }

  @Override
  public String summary() {
    return "Gram matrices of samples, X X^T";
  }

  @Override
  public Signature signature(Specs inputs) {
    return Signature.of(name())
        .data(Names.VECTORS, "B", "k", "d")
        .result(Names.GRAM, "B", "k", "k")
        .gradients(Names.VECTORS);
  }

  @Override
  public Sizes check(Specs inputs, Specs outputs) {
    return checkVectors(name(), signature(inputs).match(inputs, outputs));
  }

  static Sizes checkVectors(String op, Sizes sizes) {
    return Shapes.range(op, "vectors", "k", sizes, 1, MAX_VECTORS);
  }
}
