package io.gramian.cuda.nway;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.NwayGradients;
import io.gramian.cuda.abi.NwayLengths;
import io.gramian.cuda.abi.NwayRows;
import io.gramian.cuda.device.Scratch;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The modalities of an op over index tuples, the anchor first, and where a workspace keeps what is
 * known of each row.
 */
final class Modalities {
  private final List<TensorSpec> specs;
  private final List<TensorSpec> gradients;
  private final boolean normalize;
  private final long[] inverses;
  private final long[] squares;
  private final int mostRows;
  private final boolean wantGradients;

  /**
   * The rows of an op.
   *
   * @param specs of the modalities, [B_p,d] each
   * @param gradients of theirs, null for one that is not wanted
   * @param normalize whether rows are made unit
   */
  Modalities(
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
    this.wantGradients = gradients.stream().anyMatch(Objects::nonNull);
  }

  /** How many there are. */
  int count() {
    return specs.size();
  }

  /** Whether the gradient of a modality is wanted. */
  boolean wantsGradient(int modality) {
    return gradients.get(modality) != null;
  }

  /** Whether any gradient is wanted. */
  boolean wantGradients() {
    return wantGradients;
  }

  /** The element type of all modalities. */
  DType dtype() {
    return specs.getFirst().dtype();
  }

  /** Rows of a modality. */
  int rows(int modality) {
    return (int) specs.get(modality).size(0);
  }

  /** Rows of each modality. */
  int[] rows() {
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

  /** What never changes of the rows. */
  void describe(NwayRows field) {
    for (int p = 0; p < count(); p++) {
      field.stride(p, specs.get(p).stride(0)).count(p, rows(p));
    }
    field.modalities(count()).d(d()).normalize(normalize);
  }

  /** What never changes of where gradients go. */
  void describe(NwayGradients field, boolean accumulate) {
    for (int p = 0; p < count(); p++) {
      if (wantsGradient(p)) {
        field.stride(p, gradients.get(p).stride(0)).type(p, Fields.type(gradients.get(p)));
      }
    }
    field.accumulate(accumulate);
  }

  /** Where what is known of each row is in a workspace. */
  void bind(NwayLengths field, long workspace) {
    for (int p = 0; p < count(); p++) {
      field.inverse(p, workspace + inverses[p]).squared(p, workspace + squares[p]);
    }
  }
}
