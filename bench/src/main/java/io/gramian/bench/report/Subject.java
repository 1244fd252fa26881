package io.gramian.bench.report;

/**
 * What was measured: lines of one run with equal subjects stand side by side.
 *
 * @param op name of the op, or {@code matmul}, {@code launch}, {@code plan}
 * @param variant what tells cases of an op apart, for instance {@code volume}; empty if nothing
 * @param pass {@code forward}, or {@code both} for results and gradients
 * @param batch samples; rows and columns of a matrix product
 * @param modalities vectors of a sample
 * @param dimension length of a vector
 * @param dtype element type of the inputs
 */
public record Subject(
    String op,
    String variant,
    String pass,
    int batch,
    int modalities,
    int dimension,
    String dtype) {
  /** The op with its variant, for people. */
  public String title() {
    return variant.isEmpty() ? op : op + " " + variant;
  }

  /** The same at any batch: the lines of one curve. */
  public Subject anyBatch() {
    return new Subject(op, variant, pass, 0, modalities, dimension, dtype);
  }
}
