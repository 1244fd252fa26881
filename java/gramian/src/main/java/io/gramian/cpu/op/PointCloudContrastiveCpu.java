package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.cloud.CloudEmbedding;
import io.gramian.cpu.cloud.Features;
import io.gramian.cpu.cloud.PointSet;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.Similarity;
import io.gramian.spi.Shard;

/**
 * {@link PointCloudContrastive}: both sides embedded, {@link Contrastive} of the embeddings at
 * temperature 1 / scale, and its gradients taken back through the embeddings.
 */
final class PointCloudContrastiveCpu extends CpuExecutor {
  private final PointCloudContrastive op;
  private final Features features;
  private final Side x;
  private final Side y;
  private final Bindings innerOutputs;
  private final ContrastiveCpu inner;

  PointCloudContrastiveCpu(
      CpuDevice device,
      PointCloudContrastive op,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.op = op;
    PointSet setX = new PointSet(resources, "x_", inputs);
    PointSet setY = new PointSet(resources, "y_", inputs);
    boolean wantsX = setX.wantsGradients(outputs);
    boolean wantsY = setY.wantsGradients(outputs);
    this.features = new Features(resources, sizes.intOf("D"), setX.d(), wantsX || wantsY);
    this.x = new Side(setX, wantsX);
    this.y = new Side(setY, wantsY);
    Bindings results = Bindings.none();
    if (outputs.has("loss")) {
      results = results.with("loss", scalar());
    }
    if (outputs.has("grad_scale")) {
      results = results.with("grad_temperature", scalar());
    }
    if (wantsX) {
      results = results.with("grad_anchor", x.gradients);
    }
    if (wantsY) {
      results = results.with("grad_modality1", y.gradients);
    }
    this.innerOutputs = results;
    Contrastive loss =
        new Contrastive(
            Similarity.cosine(), new Objective.InfoNce(1 / op.scale(), 0), Negatives.TUPLES, false);
    this.inner =
        new ContrastiveCpu(
            device,
            loss,
            innerInputs(1, 1).specs(),
            innerOutputs.specs(),
            PlanOptions.defaults(),
            Shard.WHOLE);
    resources.count(inner.ownedBytes());
  }

  private static Tensor scalar() {
    return Tensor.zeros(TensorSpec.of(DType.F64));
  }

  private Bindings innerInputs(double temperature, double upstream) {
    return Bindings.of("anchor", x.embeddings)
        .with("modality1", y.embeddings)
        .with("temperature", Tensor.of(new double[] {temperature}))
        .with("grad_loss", Tensor.of(new double[] {upstream}));
  }

  /** The clouds of one side. */
  private final class Side {
    private final PointSet set;
    private final CloudEmbedding embedding;
    private final Tensor embeddings;

    /** Of the embeddings; without rows where they are not wanted. */
    private final Tensor gradients;

    Side(PointSet set, boolean backward) {
      this.set = set;
      this.embedding = new CloudEmbedding(resources, op.embedding(), features, set, backward);
      this.embeddings = matrix(set.clouds());
      this.gradients = matrix(backward ? set.clouds() : 0);
    }

    private Tensor matrix(int rows) {
      Tensor tensor = Tensor.zeros(TensorSpec.of(DType.F32, rows, embedding.width()));
      resources.count(tensor.spec().spanBytes());
      return tensor;
    }

    void forward(Bindings in) {
      set.bind(in);
      embedding.run(new Rows(embeddings), Rows.NONE, Gradient.none(), Gradient.none());
    }

    void backward(Bindings out) {
      if (gradients.spec().size(0) > 0) {
        Gradient points = set.ofPoints(out, accumulate);
        Gradient weights = set.ofWeights(out, accumulate);
        embedding.run(Rows.NONE, new Rows(gradients), points, weights);
      }
    }
  }

  @Override
  void run(Bindings in, Bindings out) {
    features.bind(in);
    x.forward(in);
    y.forward(in);
    double temperature = 1 / Scalars.input(in, "scale", op.scale());
    inner.run(innerInputs(temperature, Scalars.input(in, "grad_loss", 1)), innerOutputs);
    if (out.has("loss")) {
      Scalars.output(out, "loss", innerOutputs.get("loss").item(), false);
    }
    if (out.has("grad_scale")) {
      double ofTemperature = innerOutputs.get("grad_temperature").item();
      double ofScale = -temperature * temperature * ofTemperature;
      Scalars.output(out, "grad_scale", ofScale, accumulate);
    }
    x.backward(out);
    y.backward(out);
  }
}
