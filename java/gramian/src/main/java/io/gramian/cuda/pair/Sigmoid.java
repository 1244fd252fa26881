package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.ContrastiveLossParams;
import io.gramian.cuda.abi.ContrastiveSigmoidGradientsParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.op.Objective;
import java.util.Optional;

/** Pairwise logistic loss (see {@link io.gramian.op.Objective.Sigmoid}). */
final class Sigmoid implements PairLoss {
  private static final PairKernels<ForwardParams, WeighParams> KERNELS =
      PairKernels.named("sigmoid");
  private static final String OF_SCALE = "grad_scale";
  private static final String OF_BIAS = "grad_bias";

  private final PairEngine engine;
  private final PairTargets targets;
  private final PairBegin begin;
  private final PairForward<ForwardParams> pass;
  private final Region factor;
  private final Region parts;
  private final KernelLaunch<ContrastiveLossParams> loss;
  private final KernelLaunch<ContrastiveSigmoidGradientsParams> gradients;

  Sigmoid(
      PairEngine engine,
      Scratch scratch,
      PairTargets targets,
      Objective.Sigmoid parameters,
      Specs inputs,
      Specs outputs,
      boolean accumulate) {
    this.engine = engine;
    this.targets = targets;
    this.begin =
        new PairBegin(engine, inputs)
            .scale(parameters.scale())
            .bias(parameters.bias())
            .gradientFactor(1.0 / targets.count());
    this.pass = new PairForward<>(engine, KERNELS);
    this.factor = scratch.reserve(Float.BYTES);
    this.parts = scratch.reserve((long) Double.BYTES * pass.blocks());
    TensorSpec result = outputs.find("loss");
    this.loss = engine.launch(result != null, Kernels.CONTRASTIVE_LOSS);
    loss.parameter().lossType(Fields.type(result)).terms(1).targets(targets.count());
    loss.parameter().rowBlocks(pass.blocks());
    GradientRows ofScale = GradientRows.of(outputs.find(OF_SCALE), accumulate);
    GradientRows ofBias = GradientRows.of(outputs.find(OF_BIAS), accumulate);
    this.gradients =
        engine.launch(ofScale != null || ofBias != null, Kernels.CONTRASTIVE_SIGMOID_GRADIENTS);
    Fields.prepare(gradients.parameter().ofScale(), ofScale);
    Fields.prepare(gradients.parameter().ofBias(), ofBias);
  }

  @Override
  public PairKernels<?, WeighParams> kernels() {
    return KERNELS;
  }

  @Override
  public Optional<PairTargets> targets() {
    return Optional.of(targets);
  }

  @Override
  public boolean hasSums() {
    return gradients.isWanted();
  }

  @Override
  public void begin(long stream, Bindings in) {
    targets.begin(stream, in);
    begin.run(stream, in, at(factor));
  }

  /** Weights depend on nothing but the score itself: without the loss there is nothing to do. */
  @Override
  public void forward(long stream, Bindings out) {
    if (loss.isWanted()) {
      targets.describe(pass.parameter());
      pass.parameter().blockSums(at(parts));
      pass.run(stream);
      loss.parameter().rowParts(at(parts)).loss(CudaExecutor.address(out.find("loss")));
      loss.enqueue(stream, 1, 1, 1);
    }
  }

  @Override
  public void describe(WeighParams p) {
    targets.describe(p);
    p.gradientFactor(at(factor));
  }

  @Override
  public void finish(
      long stream, Bindings out, PairWeigh<WeighParams> weigh, PairWeigh<WeighParams> ofMembers) {
    ContrastiveSigmoidGradientsParams p = gradients.parameter();
    p.parts(weigh.blockSums()).blocks(weigh.blocks());
    p.ofScale().to(CudaExecutor.address(out.find(OF_SCALE)));
    p.ofBias().to(CudaExecutor.address(out.find(OF_BIAS)));
    gradients.enqueue(stream, 1, 1, 1);
  }

  private long at(Region region) {
    return region.at(engine.workspace());
  }
}
