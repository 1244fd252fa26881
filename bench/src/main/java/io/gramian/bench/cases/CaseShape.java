package io.gramian.bench.cases;

import io.gramian.bench.report.Subject;

/**
 * An op at the sizes at which it is measured.
 *
 * @param op name of the op, or {@code matmul}
 * @param variant what tells cases of an op apart, for instance {@code volume}; empty if nothing
 * @param pass {@code forward} or {@code both}
 * @param batch samples
 * @param modalities vectors of a sample, the anchor among them; points of a cloud
 * @param dimension length of a vector
 */
public record CaseShape(
    String op, String variant, String pass, int batch, int modalities, int dimension) {
  /** Only results. */
  public static final String FORWARD = "forward";

  /** Results and gradients. */
  public static final String BOTH = "both";

  /** The same at other sizes. */
  public CaseShape resized(int newBatch, int newDimension) {
    return new CaseShape(op, variant, pass, newBatch, modalities, newDimension);
  }

  /** Whether gradients are computed. */
  public boolean hasGradients() {
    return pass.equals(BOTH);
  }

  /** The key of its lines in a report. */
  public Subject subject() {
    return new Subject(op, variant, pass, batch, modalities, dimension, "f32");
  }
}
