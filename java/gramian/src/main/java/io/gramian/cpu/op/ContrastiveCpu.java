package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.InfoNce;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.Sigmoid;
import io.gramian.cpu.pair.Targets;
import io.gramian.cpu.simd.Simd;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.Sizes;

/** {@link Contrastive} over tuples: scores forward, the loss, scores again with weights. */
final class ContrastiveCpu extends CpuExecutor {
  private final Objective objective;
  private final Targets targets;
  private final Pairs pairs;
  private final InfoNce infoNce;
  private final Sigmoid sigmoid;

  /** The executor of an op: with two modalities, all combinations are all pairs. */
  static CpuExecutor of(
      CpuDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    if (op.negatives() == Negatives.PRODUCT && inputs.has("modality2")) {
      return new ContrastiveProductCpu(device, op, inputs, outputs, options);
    }
    return new ContrastiveCpu(device, op.negatives(Negatives.TUPLES), inputs, outputs, options);
  }

  ContrastiveCpu(
      CpuDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    int anchors = sizes.intOf("B1");
    int tuples = sizes.intOf("B2");
    this.objective = op.objective();
    this.targets = new Targets(op.name(), anchors, tuples);
    this.infoNce =
        objective instanceof Objective.InfoNce of
            ? new InfoNce(Simd.of(device), targets, anchors, tuples, of.labelSmoothing())
            : null;
    this.sigmoid = infoNce == null ? new Sigmoid(Simd.of(device), targets, anchors, tuples) : null;
    this.pairs =
        new Pairs(
            device,
            op.similarity(),
            op.normalize(),
            inputs,
            outputs,
            accumulate,
            sizes,
            infoNce == null ? sigmoid.rowStrips() : infoNce.rowStrips());
  }

  @Override
  public long ownedBytes() {
    return pairs.engine().bytes() + (infoNce == null ? sigmoid.bytes() : infoNce.bytes());
  }

  @Override
  public void run(Bindings in, Bindings out) {
    targets.bind(in.find("labels"));
    pairs.prepare(in);
    double upstream = Scalars.input(in, "grad_loss", 1);
    switch (objective) {
      case Objective.InfoNce of -> runInfoNce(of, in, out, upstream);
      case Objective.Sigmoid of -> runSigmoid(of, in, out, upstream);
    }
  }

  private void runInfoNce(Objective.InfoNce of, Bindings in, Bindings out, double upstream) {
    infoNce.begin(Scalars.input(in, "temperature", of.temperature()));
    pairs.engine().forward(infoNce);
    infoNce.end();
    Scalars.output(out, "loss", infoNce.loss(), false);
    if (wantsGradients) {
      infoNce.beginWeights(upstream);
      pairs.backward(infoNce, out, accumulate);
      Scalars.output(out, "grad_temperature", infoNce.temperatureGradient(), accumulate);
    }
  }

  private void runSigmoid(Objective.Sigmoid of, Bindings in, Bindings out, double upstream) {
    sigmoid.begin(Scalars.input(in, "scale", of.scale()), Scalars.input(in, "bias", of.bias()));
    if (out.has("loss")) {
      pairs.engine().forward(sigmoid);
      Scalars.output(out, "loss", sigmoid.loss(), false);
    }
    if (wantsGradients) {
      sigmoid.beginWeights(upstream);
      pairs.backward(sigmoid, out, accumulate);
      Scalars.output(out, "grad_scale", sigmoid.scaleGradient(), accumulate);
      Scalars.output(out, "grad_bias", sigmoid.biasGradient(), accumulate);
    }
  }
}
