package io.gramian.bench.report;

import io.gramian.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured: lines of one run with equal subjects stand side by side.
 *
 * @param op name of the op, or {@code matmul}, {@code launch}, {@code plan}
 * @param variant what tells cases of an op apart, for instance {@code volume}; empty if nothing
 * @param pass {@code forward}, or {@code both} for results and gradients
 * @param batch samples; rows and columns of a matrix product
 * @param modalities vectors of a sample; points of a cloud; 0 if there are none
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
  /** Only results. */
  public static final String FORWARD = "forward";

  /** Results and gradients. */
  public static final String BOTH = "both";

  /** The subject that {@link #words} gave. */
  public static Subject of(List<String> words) {
    return new Subject(
        words.get(0),
        words.get(1),
        words.get(2),
        Integer.parseInt(words.get(3)),
        Integer.parseInt(words.get(4)),
        Integer.parseInt(words.get(5)),
        words.get(6));
  }

  /** As arguments of a process. */
  public List<String> words() {
    return List.of(
        op,
        variant,
        pass,
        Integer.toString(batch),
        Integer.toString(modalities),
        Integer.toString(dimension),
        dtype);
  }

  /** Whether gradients are computed. */
  public boolean hasGradients() {
    return pass.equals(BOTH);
  }

  /** Element type of the vectors. */
  public DType type() {
    return DType.valueOf(dtype.toUpperCase(Locale.ROOT));
  }

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

  /** The same at other sizes. */
  public Subject sized(int otherBatch, int otherDimension) {
    return new Subject(op, variant, pass, otherBatch, modalities, otherDimension, dtype);
  }

  /** The same with inputs of another element type. */
  public Subject as(DType other) {
    String name = other.toString().toLowerCase(Locale.ROOT);
    return new Subject(op, variant, pass, batch, modalities, dimension, name);
  }

  /** The same at any batch: the lines of one curve. */
  public Subject anyBatch() {
    return sized(0, dimension);
  }
}
