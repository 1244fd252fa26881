package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.InfoNce;
import io.gramian.cpu.pair.PairEngine;
import io.gramian.cpu.pair.Targets;
import io.gramian.cpu.set.SetEngines;
import io.gramian.cpu.set.VectorSet;
import io.gramian.cpu.simd.Simd;
import io.gramian.op.ClipMatched;
import io.gramian.op.Sizes;
import java.util.List;

/** {@link ClipMatched}: texts as anchors, images as tuples, only the first with targets. */
final class ClipMatchedCpu extends CpuExecutor {
  private final ClipMatched op;
  private final VectorSet image;
  private final VectorSet text;
  private final Targets targets;
  private final InfoNce loss;
  private final PairEngine engine;

  ClipMatchedCpu(
      CpuDevice device, ClipMatched op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    int batch = sizes.intOf("B");
    int d = sizes.intOf("d");
    Simd simd = Simd.of(device);
    this.image = new VectorSet(simd, "image", batch, d, false, outputs.has("grad_image"));
    this.text = new VectorSet(simd, "text", batch, d, false, outputs.has("grad_text"));
    this.targets = new Targets(op.name(), op.matched(), batch);
    this.loss = new InfoNce(simd, targets, batch, batch, 0);
    this.engine =
        SetEngines.products(
            device,
            text,
            image,
            d,
            loss.rowStrips(),
            outputs.has("grad_text"),
            outputs.has("grad_image"));
  }

  @Override
  public long ownedBytes() {
    return image.bytes() + text.bytes() + loss.bytes() + engine.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    image.bind(in);
    text.bind(in);
    targets.bind(null);
    engine.prepare();
    loss.begin(Scalars.input(in, "temperature", op.temperature()));
    engine.forward(loss);
    loss.end();
    Scalars.output(out, "loss", loss.loss(), false);
    if (wantsGradients) {
      loss.beginWeights(Scalars.input(in, "grad_loss", 1));
      engine.backward(loss, text.gradient(), List.of(image.gradient()));
      image.write(out, accumulate);
      text.write(out, accumulate);
      Scalars.output(out, "grad_temperature", loss.temperatureGradient(), accumulate);
    }
  }
}
