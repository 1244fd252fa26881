package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.cloud.CloudEmbedding;
import io.gramian.cpu.cloud.PointSet;
import io.gramian.cpu.cloud.WaveFeatures;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.Similarity;
import io.gramian.op.Sizes;

/**
 * {@link PointCloudContrastive}: both sides embedded, {@link Contrastive} of the embeddings at
 * temperature 1 / scale, and its gradients taken back through the embeddings.
 */
final class PointCloudContrastiveCpu extends CpuExecutor {
  private final PointCloudContrastive op;
  private final WaveFeatures features;
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
    super(op, inputs, outputs, options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    boolean wantsX = wantsSide(outputs, "x_");
    boolean wantsY = wantsSide(outputs, "y_");
    this.features = new WaveFeatures(device, sizes.intOf("D"), sizes.intOf("d"), wantsX || wantsY);
    this.x = new Side("x_", device, sizes.intOf("B"), sizes.intOf("Mx"), wantsX);
    this.y = new Side("y_", device, sizes.intOf("B"), sizes.intOf("My"), wantsY);
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
            device, loss, innerInputs(1, 1).specs(), innerOutputs.specs(), PlanOptions.defaults());
  }

  private static boolean wantsSide(Specs outputs, String side) {
    return outputs.has("grad_" + side + "points") || outputs.has("grad_" + side + "weights");
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
    private final String prefix;
    private final PointSet set;
    private final CloudEmbedding embedding;
    private final Tensor embeddings;
    private final Tensor gradients;

    Side(String prefix, CpuDevice device, int clouds, int size, boolean backward) {
      this.prefix = prefix;
      this.set = new PointSet(device, clouds, size, features.d());
      this.embedding = new CloudEmbedding(device, op.embedding(), features, set, backward);
      TensorSpec spec = TensorSpec.of(DType.F32, clouds, embedding.width());
      this.embeddings = Tensor.zeros(spec);
      this.gradients = backward ? Tensor.zeros(spec) : null;
    }

    long bytes() {
      long matrices = embeddings.spec().spanBytes() * (gradients == null ? 1 : 2);
      return set.bytes() + embedding.bytes() + matrices;
    }

    void forward(Bindings in) {
      set.bind(in.get(prefix + "points"), in.get(prefix + "weights"));
      embedding.run(new Rows(embeddings), null, Gradient.none(), Gradient.none());
    }

    void backward(Bindings out) {
      if (gradients == null) {
        return;
      }
      Gradient points = gradient(out, "grad_" + prefix + "points");
      Gradient weights = gradient(out, "grad_" + prefix + "weights");
      embedding.run(null, new Rows(gradients), points, weights);
    }
  }

  @Override
  public long ownedBytes() {
    return features.bytes() + x.bytes() + y.bytes() + inner.ownedBytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
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
