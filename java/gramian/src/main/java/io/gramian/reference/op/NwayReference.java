package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Nway;
import io.gramian.reference.math.Modalities;
import io.gramian.reference.math.ScoreTensor;
import java.util.List;

/** {@link Nway}: the score of every index tuple. */
final class NwayReference extends ReferenceExecutor {
  private final Nway op;
  private final int d;

  NwayReference(Device device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    this.d = op.check(inputs, outputs).intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    List<String> names = Modalities.numbered(in.numbered("modality").size());
    ScoreTensor scores = Modalities.product(in, names, op.similarity(), op.normalize(), d);
    write(out, "tensor", scores.scores());
    if (wantsGradients(out)) {
      writeGradients(out, names, scores.backward(in.get("grad_tensor").toDoubles()));
    }
  }
}
