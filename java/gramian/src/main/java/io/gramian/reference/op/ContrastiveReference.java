package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Contrastive;
import io.gramian.op.Sizes;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Modalities;
import io.gramian.reference.math.PairObjective;
import io.gramian.reference.math.ScoreLoss;
import io.gramian.reference.math.ScoreTensor;
import java.util.List;

/** {@link Contrastive}: all scores, the loss of the scores, and back. */
final class ContrastiveReference extends ReferenceExecutor {
  private final Contrastive op;
  private final Sizes sizes;
  private final PairObjective objective;

  ContrastiveReference(
      Device device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    this.sizes = op.check(inputs, outputs);
    this.objective = PairObjective.of(op.objective());
  }

  @Override
  void run(Bindings in, Bindings out) {
    switch (op.negatives()) {
      case TUPLES -> runTuples(in, out);
      case PRODUCT -> runProduct(in, out);
    }
  }

  private void runTuples(Bindings in, Bindings out) {
    ScoreTensor scores = pairs(in);
    int anchors = sizes.intOf("B1");
    int tuples = sizes.intOf("B2");
    int[] labels = Inputs.labels(in, op.name(), anchors, tuples);
    write(in, out, scores, objective.overTuples(in, scores.scores(), anchors, tuples, labels));
  }

  private ScoreTensor pairs(Bindings in) {
    return Modalities.pairs(in, op.similarity(), op.normalize(), sizes.intOf("d"));
  }

  private void runProduct(Bindings in, Bindings out) {
    List<String> names = names(in);
    ScoreTensor scores =
        Modalities.product(in, names, op.similarity(), op.normalize(), sizes.intOf("d"));
    write(
        in,
        out,
        scores,
        objective.overProduct(in, scores.scores(), names.size(), sizes.intOf("B")));
  }

  private static List<String> names(Bindings in) {
    return Modalities.withAnchor(in.numbered("modality").size());
  }

  private void write(Bindings in, Bindings out, ScoreTensor scores, ScoreLoss loss) {
    write(out, "loss", loss.loss());
    if (!wantsGradients(out)) {
      return;
    }
    double upstream = Inputs.scalar(in, "grad_loss", 1);
    loss.scalarGradients()
        .forEach((name, gradient) -> writeGradient(out, "grad_" + name, upstream * gradient));
    double[][] gradients = scores.backward(Dense.scale(loss.scoreGradient(), upstream));
    if (loss.memberGradient() != loss.scoreGradient()) {
      double[] ofAnchors = gradients[0];
      gradients = pairs(in).backward(Dense.scale(loss.memberGradient(), upstream));
      gradients[0] = ofAnchors;
    }
    writeGradients(out, names(in), gradients);
  }
}
