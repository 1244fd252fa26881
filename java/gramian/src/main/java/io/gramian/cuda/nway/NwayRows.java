package io.gramian.cuda.nway;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import io.gramian.cuda.device.Scratch;
import java.util.Collections;
import java.util.List;

/**
 * The modalities of an op over index tuples, the anchor first, and where a workspace keeps what is
 * known of each row.
 */
final class NwayRows {
  private final List<TensorSpec> specs;
  private final List<TensorSpec> gradients;
  private final boolean normalize;
  private final long[] inverses;
  private final long[] squares;
  private final int mostRows;

  /**
   * The rows of an op.
   *
   * @param specs of the modalities, [B_p,d] each
   * @param gradients of theirs, null for one that is not wanted
   * @param normalize whether rows are made unit
   */
  NwayRows(
      String op,
      List<TensorSpec> specs,
      List<TensorSpec> gradients,
      boolean normalize,
      Scratch scratch) {
    this.specs = specs;
    this.gradients = Collections.unmodifiableList(gradients);
    this.normalize = normalize;
    this.inverses = new long[specs.size()];
    this.squares = new long[specs.size()];
    for (int p = 0; p < specs.size(); p++) {
      TensorSpec spec = specs.get(p);
      if (spec.size(0) > Integer.MAX_VALUE / 2 || spec.size(1) > Integer.MAX_VALUE / 2) {
        throw new ShapeException(
            op + ": expected fewer than 2^30 rows and dimensions of each modality, got " + spec);
      }
      inverses[p] = scratch.doubles(spec.size(0));
      squares[p] = scratch.doubles(spec.size(0));
    }
    this.mostRows = specs.stream().mapToInt(spec -> (int) spec.size(0)).max().orElse(0);
  }

  int modalities() {
    return specs.size();
  }

  List<TensorSpec> specs() {
    return specs;
  }

  List<TensorSpec> gradients() {
    return gradients;
  }

  boolean normalize() {
    return normalize;
  }

  /** The element type of all modalities. */
  DType dtype() {
    return specs.getFirst().dtype();
  }

  /** Rows of a modality. */
  int count(int modality) {
    return (int) specs.get(modality).size(0);
  }

  /** Rows of each modality. */
  int[] counts() {
    return specs.stream().mapToInt(spec -> (int) spec.size(0)).toArray();
  }

  /** The most rows of a modality. */
  int mostRows() {
    return mostRows;
  }

  /** The dimension. */
  int d() {
    return (int) specs.getFirst().size(1);
  }

  /** Offset in the workspace of what the rows are multiplied by. */
  long inverseAt(int modality) {
    return inverses[modality];
  }

  /** Offset in the workspace of the squared lengths. */
  long squaredAt(int modality) {
    return squares[modality];
  }
}
