package io.gramian.reference;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.Sizes;
import java.util.List;

/** {@link Contrastive}: all scores, the loss of the scores, and back. */
final class ContrastiveReference extends ReferenceExecutor {
  private final Contrastive op;
  private final Sizes sizes;

  ContrastiveReference(
      Device device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    this.sizes = op.check(inputs, outputs);
  }

  @Override
  void run(Bindings in, Bindings out) {
    List<String> names = Modalities.withAnchor(in.numbered("modality").size());
    ScoreTensor scores = scores(in, names);
    PairLoss loss = loss(in, scores.scores(), names.size());
    write(out, "loss", loss.loss());
    if (!wantsGradients(out)) {
      return;
    }
    double upstream = scalar(in, "grad_loss", 1);
    loss.scalarGradients()
        .forEach((name, gradient) -> writeGradient(out, "grad_" + name, upstream * gradient));
    writeGradients(out, names, scores.backward(Dense.scale(loss.scoreGradient(), upstream)));
  }

  private ScoreTensor scores(Bindings in, List<String> names) {
    int d = sizes.intOf("d");
    return switch (op.negatives()) {
      case TUPLES -> Modalities.pairs(in, op.similarity(), op.normalize(), d);
      case PRODUCT -> Modalities.product(in, names, op.similarity(), op.normalize(), d);
    };
  }

  private PairLoss loss(Bindings in, double[] scores, int modalities) {
    if (op.negatives() == Negatives.PRODUCT
        && op.objective() instanceof Objective.InfoNce infoNce) {
      double temperature = scalar(in, "temperature", infoNce.temperature());
      return ProductLoss.of(scores, modalities, sizes.intOf("B"), temperature);
    }
    int anchors = sizes.intOf("B1");
    int tuples = sizes.intOf("B2");
    int[] labels = Labels.read(in, op.name(), anchors, tuples);
    return PairLoss.of(op.objective(), in, scores, anchors, tuples, labels);
  }
}
