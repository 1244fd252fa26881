package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.cloud.CloudEmbedding;
import io.gramian.cpu.cloud.Features;
import io.gramian.cpu.cloud.PointSet;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Rows;
import io.gramian.op.PointCloudEmbed;

/** {@link PointCloudEmbed}: clouds embedded, and back, in one pass over them. */
final class PointCloudEmbedCpu extends CpuExecutor {
  private final PointSet set;
  private final Features features;
  private final CloudEmbedding embedding;

  PointCloudEmbedCpu(
      CpuDevice device, PointCloudEmbed op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.set = new PointSet(resources, "", inputs);
    this.features = new Features(resources, sizes.intOf("D"), set.d(), wantsGradients);
    this.embedding = new CloudEmbedding(resources, op, features, set, wantsGradients);
  }

  @Override
  void run(Bindings in, Bindings out) {
    features.bind(in);
    set.bind(in);
    embedding.run(
        Rows.find(out, "embedding"),
        wantsGradients ? new Rows(in.get("grad_embedding")) : Rows.NONE,
        set.ofPoints(out, accumulate),
        set.ofWeights(out, accumulate));
  }
}
