package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.nway.IndexTuples;
import io.gramian.cpu.nway.ProductLoss;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.Sizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@link Contrastive} with negatives = product over three modalities or more. */
final class ContrastiveProductCpu extends CpuExecutor {
  private final Objective.InfoNce objective;
  private final IndexTuples tuples;
  private final ProductLoss loss;

  ContrastiveProductCpu(
      CpuDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    this.objective = (Objective.InfoNce) op.objective();
    Sizes sizes = op.check(inputs, outputs);
    int[] rows = new int[inputs.numbered("modality").size() + 1];
    Arrays.fill(rows, sizes.intOf("B"));
    this.tuples =
        IndexTuples.of(
            device, op.similarity(), op.normalize(), rows, sizes.intOf("d"), wantsGradients);
    this.loss = new ProductLoss(device, tuples.cell, rows[0]);
  }

  @Override
  public long ownedBytes() {
    return tuples.bytes() + loss.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    List<Tensor> modalities = new ArrayList<>(List.of(in.get("anchor")));
    modalities.addAll(in.numbered("modality"));
    tuples.prepare(modalities);
    loss.begin(Scalars.input(in, "temperature", objective.temperature()));
    tuples.forward(loss);
    Scalars.output(out, "loss", loss.loss(), false);
    if (wantsGradients) {
      List<Gradient> gradients = new ArrayList<>(List.of(gradient(out, "grad_anchor")));
      for (int l = 1; l < modalities.size(); l++) {
        gradients.add(gradient(out, "grad_modality" + l));
      }
      loss.beginWeights(Scalars.input(in, "grad_loss", 1));
      tuples.backward(loss, gradients);
      Scalars.output(out, "grad_temperature", loss.temperatureGradient(), accumulate);
    }
  }
}
