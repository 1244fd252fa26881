package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PointcloudScaleGradientParams;
import io.gramian.cuda.abi.PointcloudTemperatureParams;
import io.gramian.cuda.cloud.CloudEmbedding;
import io.gramian.cuda.cloud.CloudTensors;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.Similarity;

/**
 * {@link PointCloudContrastive} on CUDA: both sides embedded, {@link Contrastive} of the embeddings
 * at temperature 1 / scale, and its gradients taken back through the embeddings.
 */
final class PointCloudContrastiveCuda extends CudaExecutor {
  private final CudaDevice device;
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final Side x;
  private final Side y;
  private final KernelLaunch<PointcloudTemperatureParams> temperature;
  private final KernelLaunch<PointcloudScaleGradientParams> scaleGradient;
  private final boolean wantsScale;
  private final Region temperatureAt;
  private final Region gradientAt;
  private final CudaExecutor loss;
  private final Region lossAt;

  private Bindings lossInputs = Bindings.none();
  private Bindings lossOutputs = Bindings.none();
  private long boundWorkspace = -1;
  private Tensor boundLoss;
  private Tensor boundUpstream;

  PointCloudContrastiveCuda(
      CudaDevice device,
      PointCloudContrastive op,
      Specs inputs,
      Specs outputs,
      PlanOptions options) {
    super(device);
    this.device = device;
    CloudTensors.requireTypes(op.name(), "x_", inputs, outputs);
    CloudTensors.requireTypes(op.name(), "y_", inputs, outputs);
    for (String name : new String[] {"scale", "grad_loss"}) {
      requireType(op.name(), inputs, name, SCALAR_TYPES);
    }
    for (String name : new String[] {"loss", "grad_scale"}) {
      requireType(op.name(), outputs, name, SCALAR_TYPES);
    }
    op.check(inputs, outputs);
    try {
      this.x = new Side(op, "x_", inputs, outputs, options);
      this.y = new Side(op, "y_", inputs, outputs, options);
      this.temperatureAt = scratch.reserve(Double.BYTES);
      this.gradientAt = scratch.reserve(Double.BYTES);
      this.temperature = launches.add(device, Kernels.POINTCLOUD_TEMPERATURE);
      Fields.prepare(temperature.parameter().scale(), op.scale(), inputs.find("scale"));
      this.wantsScale = outputs.has("grad_scale");
      this.scaleGradient = launches.add(device, Kernels.POINTCLOUD_SCALE_GRADIENT);
      Fields.prepare(
          scaleGradient.parameter().out(),
          GradientRows.of(outputs.find("grad_scale"), options.accumulate()));
      this.loss = loss(op, inputs, outputs, options);
      this.lossAt = scratch.reserve(loss.workspaceBytes());
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  /** The loss of the embeddings. They are sums of many numbers, and keep all bits of f32. */
  private CudaExecutor loss(
      PointCloudContrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    Specs in =
        Specs.of("anchor", x.spec)
            .with("modality1", y.spec)
            .with("temperature", TensorSpec.of(DType.F64));
    if (inputs.has("grad_loss")) {
      in = in.with("grad_loss", inputs.get("grad_loss"));
    }
    Specs out = Specs.none();
    if (outputs.has("loss")) {
      out = out.with("loss", outputs.get("loss"));
    }
    if (x.clouds.wantsGradients()) {
      out = out.with("grad_anchor", x.spec);
    }
    if (y.clouds.wantsGradients()) {
      out = out.with("grad_modality1", y.spec);
    }
    if (wantsScale) {
      out = out.with("grad_temperature", TensorSpec.of(DType.F64));
    }
    Contrastive contrastive =
        new Contrastive(
            Similarity.cosine(), new Objective.InfoNce(1 / op.scale(), 0), Negatives.TUPLES, false);
    boolean strict = options.strict() || inputs.get("x_points").dtype() == DType.F32;
    return ContrastiveCuda.executor(
        device, contrastive, in, out, PlanOptions.defaults().strict(strict));
  }

  /** The clouds of one side, their embeddings and the gradients of these. */
  private final class Side {
    final CloudTensors clouds;
    final TensorSpec spec;
    private final CloudEmbedding embedding;
    private final Region embeddings;
    private final Region gradients;

    Side(
        PointCloudContrastive op, String prefix, Specs inputs, Specs outputs, PlanOptions options) {
      this.clouds =
          new CloudTensors(
              device, launches, scratch, op.name(), prefix, inputs, outputs, options.accumulate());
      long width = Math.addExact(clouds.rows().d(), inputs.get("phases").size(0));
      this.spec = TensorSpec.of(DType.F32, clouds.clouds().count(), width);
      this.embedding =
          new CloudEmbedding(
              device,
              launches,
              scratch,
              op.embedding(),
              clouds,
              inputs,
              options.strict(),
              DType.F32,
              width);
      this.embeddings = scratch.reserve(spec.spanBytes());
      this.gradients = scratch.reserve(clouds.wantsGradients(), spec.spanBytes());
    }

    void forward(long stream, Bindings in, long workspace) {
      embedding.prepare(stream, in, workspace);
      embedding.forward(stream, in, embeddings.at(workspace));
    }

    void backward(long stream, Bindings in, Bindings out, long workspace) {
      if (gradients.exists()) {
        embedding.backward(stream, in, out, gradients.at(workspace), spec.stride(0), DType.F32);
      }
    }

    Tensor embeddings(long workspace) {
      return device.wrap(embeddings.at(workspace), spec);
    }

    Tensor gradients(long workspace) {
      return device.wrap(gradients.at(workspace), spec);
    }
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    x.forward(stream, in, workspace);
    y.forward(stream, in, workspace);
    Fields.bind(temperature.parameter().scale(), in.find("scale"));
    temperature.parameter().temperature(temperatureAt.at(workspace));
    temperature.enqueue(stream, 1, 1, 1);
    bindLoss(in, out, workspace);
    loss.enqueue(stream, lossInputs, lossOutputs, lossAt.at(workspace));
    if (wantsScale) {
      PointcloudScaleGradientParams p = scaleGradient.parameter();
      p.temperature(temperatureAt.at(workspace)).ofTemperature(gradientAt.at(workspace));
      p.out().to(out.get("grad_scale").address());
      scaleGradient.enqueue(stream, 1, 1, 1);
    }
    x.backward(stream, in, out, workspace);
    y.backward(stream, in, out, workspace);
  }

  /** The tensors of the loss, made anew only where those of a run are others. */
  private void bindLoss(Bindings in, Bindings out, long workspace) {
    if (workspace == boundWorkspace
        && out.find("loss") == boundLoss
        && in.find("grad_loss") == boundUpstream) {
      return;
    }
    boundWorkspace = workspace;
    boundLoss = out.find("loss");
    boundUpstream = in.find("grad_loss");
    TensorSpec scalar = TensorSpec.of(DType.F64);
    lossInputs =
        Bindings.of("anchor", x.embeddings(workspace))
            .with("modality1", y.embeddings(workspace))
            .with("temperature", device.wrap(temperatureAt.at(workspace), scalar));
    if (boundUpstream != null) {
      lossInputs = lossInputs.with("grad_loss", boundUpstream);
    }
    lossOutputs = boundLoss == null ? Bindings.none() : Bindings.of("loss", boundLoss);
    if (x.clouds.wantsGradients()) {
      lossOutputs = lossOutputs.with("grad_anchor", x.gradients(workspace));
    }
    if (y.clouds.wantsGradients()) {
      lossOutputs = lossOutputs.with("grad_modality1", y.gradients(workspace));
    }
    if (wantsScale) {
      lossOutputs =
          lossOutputs.with("grad_temperature", device.wrap(gradientAt.at(workspace), scalar));
    }
  }

  @Override
  public void free() {
    loss.free();
    launches.close();
  }
}
