package io.gramian.bench.workload;

import io.gramian.ParameterException;
import io.gramian.bench.report.Subject;
import io.gramian.op.Similarity;
import java.util.List;

/** What the ops over anchors and tuples share. */
final class Tuples {
  private Tuples() {}

  /** The similarity of a label. */
  static Similarity similarity(String label) {
    for (Similarity one : Similarity.all()) {
      if (one.label().equals(label)) {
        return one;
      }
    }
    List<String> labels = Similarity.all().stream().map(Similarity::label).toList();
    throw new ParameterException(
        "unknown similarity '" + label + "'; expected one of " + String.join(", ", labels));
  }

  /** Operations of the product of the anchors with all rows of the tuples. */
  static double product(Subject subject) {
    return 2.0
        * subject.batch()
        * subject.batch()
        * (subject.modalities() - 1)
        * subject.dimension();
  }
}
