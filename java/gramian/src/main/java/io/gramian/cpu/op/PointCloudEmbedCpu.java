package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.cloud.CloudEmbedding;
import io.gramian.cpu.cloud.PointSet;
import io.gramian.cpu.cloud.WaveFeatures;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Rows;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.Sizes;

/** {@link PointCloudEmbed}: clouds embedded, and back, in one pass over them. */
final class PointCloudEmbedCpu extends CpuExecutor {
  private final PointSet set;
  private final WaveFeatures features;
  private final CloudEmbedding embedding;

  PointCloudEmbedCpu(
      CpuDevice device, PointCloudEmbed op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    this.set = new PointSet(device, sizes.intOf("B"), sizes.intOf("M"), sizes.intOf("d"));
    this.features = new WaveFeatures(device, sizes.intOf("D"), sizes.intOf("d"), wantsGradients);
    this.embedding = new CloudEmbedding(device, op, features, set, wantsGradients);
  }

  @Override
  public long ownedBytes() {
    return set.bytes() + features.bytes() + embedding.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    features.bind(in);
    set.bind(in.get("points"), in.get("weights"));
    embedding.run(
        out.has("embedding") ? new Rows(out.get("embedding")) : null,
        wantsGradients ? new Rows(in.get("grad_embedding")) : null,
        gradient(out, "grad_points"),
        gradient(out, "grad_weights"));
  }
}
