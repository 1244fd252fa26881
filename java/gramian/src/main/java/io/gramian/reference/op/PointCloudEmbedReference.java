package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.PointCloudEmbed;
import io.gramian.reference.math.Embedding;
import io.gramian.reference.math.PointClouds;
import java.util.List;

/** {@link PointCloudEmbed}. */
final class PointCloudEmbedReference extends ReferenceExecutor {
  private final PointCloudEmbed op;

  PointCloudEmbedReference(
      Device device, PointCloudEmbed op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
  }

  @Override
  void run(Bindings in, Bindings out) {
    PointClouds clouds = PointClouds.read(in, "");
    Embedding embedding = new Embedding(in, op);
    write(out, "embedding", embedding.forward(clouds));
    if (wantsGradients(out)) {
      double[] upstream = in.get("grad_embedding").toDoubles();
      writeGradients(out, List.of("points", "weights"), embedding.backward(clouds, upstream));
    }
  }
}
