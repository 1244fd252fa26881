package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.set.NtXentLoss;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.VectorSet;
import io.gramian.cpu.simd.Simd;
import io.gramian.op.NtXent;
import io.gramian.op.Sizes;
import java.util.List;

/** {@link NtXent}: each pair of views once. */
final class NtXentCpu extends CpuExecutor {
  private final NtXent op;
  private final VectorSet views;
  private final NtXentLoss loss;
  private final PairEngine engine;

  NtXentCpu(CpuDevice device, NtXent op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    int d = sizes.intOf("d");
    int rows = sizes.intOf("rows");
    this.views = new VectorSet(Simd.of(device), "views", rows, d, true, outputs.has("grad_views"));
    this.loss = new NtXentLoss(Simd.of(device), rows);
    this.engine =
        SetEngines.ownProducts(device, views, d, loss.rowStrips(), outputs.has("grad_views"));
  }

  @Override
  public long ownedBytes() {
    return views.bytes() + loss.bytes() + engine.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    views.bind(in);
    engine.prepare();
    loss.begin(Scalars.input(in, "temperature", op.temperature()));
    engine.forward(loss);
    Scalars.output(out, "loss", loss.loss(), false);
    if (wantsGradients) {
      loss.beginWeights(Scalars.input(in, "grad_loss", 1));
      engine.backward(loss, views.gradient(), List.of(views.gradient()));
      views.write(out, accumulate);
      Scalars.output(out, "grad_temperature", loss.temperatureGradient(), accumulate);
    }
  }
}
