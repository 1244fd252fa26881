package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.SimilarityMatrix;
import io.gramian.reference.math.Modalities;
import io.gramian.reference.math.ScoreTensor;

/** {@link SimilarityMatrix}: the score of every anchor with every tuple. */
final class SimilarityMatrixReference extends ReferenceExecutor {
  private final SimilarityMatrix op;
  private final int d;

  SimilarityMatrixReference(
      Device device, SimilarityMatrix op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    this.d = op.check(inputs, outputs).intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    ScoreTensor scores = Modalities.pairs(in, op.similarity(), op.normalize(), d);
    write(out, "similarity", scores.scores());
    if (wantsGradients(out)) {
      writeGradients(
          out,
          Modalities.withAnchor(in.numbered("modality").size()),
          scores.backward(in.get("grad_similarity").toDoubles()));
    }
  }
}
