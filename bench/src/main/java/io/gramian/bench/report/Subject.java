package io.gramian.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * What was measured: lines of one run with equal subjects stand side by side.
 *
 * @param op name of the op, or {@code matmul}, {@code launch}, {@code plan}
 * @param variant what tells cases of an op apart, for instance {@code volume}; empty if nothing
 * @param pass {@code forward}, or {@code both} for results and gradients
 * @param batch samples; rows and columns of a matrix product
 * @param modalities vectors of a sample; 0 if there are none
 * @param dimension length of a vector; 0 if there are none
 * @param dtype element type of the inputs; empty if there are none
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

  /**
   * Vectors of a sample, their length and their type, for people; what does not apply is left out.
   */
  public List<String> sizes() {
    List<String> sizes = new ArrayList<>();
    if (modalities > 0) {
      sizes.add("k = " + modalities);
    }
    if (dimension > 0) {
      sizes.add("d = " + dimension);
    }
    if (!dtype.isEmpty()) {
      sizes.add(dtype);
    }
    return sizes;
  }

  /** The same of another op. */
  public Subject as(String otherOp, String otherVariant) {
    return new Subject(otherOp, otherVariant, pass, batch, modalities, dimension, dtype);
  }

  /** The same with inputs of another element type. */
  public Subject dtype(String other) {
    return new Subject(op, variant, pass, batch, modalities, dimension, other);
  }

  /** The same at any batch: the lines of one curve. */
  public Subject anyBatch() {
    return new Subject(op, variant, pass, 0, modalities, dimension, dtype);
  }
}
