package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.sample.Directions;
import io.gramian.cpu.set.DirectionsLoss;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.VectorSet;
import io.gramian.op.Principal;
import java.util.List;

/** {@link Principal}: the leading direction of each sample, and each pair of directions once. */
final class PrincipalCpu extends CpuExecutor {
  private static final String DIRECTIONS = "directions";

  private final Principal op;
  private final Directions samples;
  private final VectorSet set;
  private final DirectionsLoss between;
  private final PairEngine engine;
  private final Bindings directions;

  PrincipalCpu(CpuDevice device, Principal op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.op = op;
    this.samples = new Directions(resources, op, inputs.get("vectors"));
    int batch = sizes.intOf("B");
    TensorSpec spec = TensorSpec.of(DType.F32, batch, sizes.intOf("d"));
    Specs gradients = wantsGradients ? Specs.of("grad_" + DIRECTIONS, spec) : Specs.none();
    this.set = new VectorSet(resources, DIRECTIONS, Specs.of(DIRECTIONS, spec), gradients, false);
    this.directions = Bindings.of(DIRECTIONS, Tensor.of(samples.rows(), spec.shape()));
    this.between =
        new DirectionsLoss(
            resources,
            batch,
            samples::squaredLength,
            op.temperatureDirections(),
            op.weightDirections());
    this.engine = SetEngines.ownCosines(resources, set, between);
  }

  @Override
  void run(Bindings in, Bindings out) {
    double ofValues = samples.forward(in);
    set.bind(directions);
    Gradient gradient = set.gradient();
    engine.run(between, in, out, wantsGradients, gradient, List.of(gradient));
    Scalars.output(out, "loss", op.weightValues() * ofValues + between.value(), false);
    if (out.has("grad_vectors")) {
      double upstream = Scalars.input(in, "grad_loss", 1);
      samples.backward(upstream, gradient, gradient(out, "vectors"));
    }
  }
}
