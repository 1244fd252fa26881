package io.gramian.cpu;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.Sizes;

/** {@link PointCloudEmbed}: each cloud embedded, and back, on its own. */
final class PointCloudEmbedCpu extends CpuExecutor {
  private final Workers workers;
  private final PointSet set;
  private final WaveFeatures features;
  private final CloudEmbedding embedding;
  private final float[][] rows;

  PointCloudEmbedCpu(
      CpuDevice device, PointCloudEmbed op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    this.workers = device.workers();
    this.set = new PointSet(device, sizes.intOf("B"), sizes.intOf("M"), sizes.intOf("d"));
    this.features = new WaveFeatures(device, sizes.intOf("D"), sizes.intOf("d"), wantsGradients);
    this.embedding = new CloudEmbedding(device, op, features, set, wantsGradients);
    this.rows = new float[workers.threads()][embedding.width()];
  }

  @Override
  public long ownedBytes() {
    return set.bytes()
        + features.bytes()
        + embedding.bytes()
        + 4L * workers.threads() * embedding.width();
  }

  @Override
  void run(Bindings in, Bindings out) {
    features.bind(in);
    set.bind(in.get("points"), in.get("weights"));
    if (out.has("embedding")) {
      Rows embeddings = new Rows(out.get("embedding"));
      workers.run(
          set.clouds(),
          (cloud, worker) -> {
            embedding.forward(cloud, worker, rows[worker], 0);
            embeddings.write(cloud, rows[worker], 0, false);
          });
    }
    if (wantsGradients) {
      Rows upstream = new Rows(in.get("grad_embedding"));
      Gradient points = gradient(out, "grad_points");
      Gradient weights = gradient(out, "grad_weights");
      workers.run(
          set.clouds(),
          (cloud, worker) -> {
            upstream.read(cloud, rows[worker], 0);
            embedding.backward(cloud, worker, rows[worker], 0, points, weights);
          });
    }
  }
}
