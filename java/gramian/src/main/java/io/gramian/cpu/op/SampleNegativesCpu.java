package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.InfoNce;
import io.gramian.cpu.pair.NegativeDraws;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.Targets;
import io.gramian.cpu.simd.Simd;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Sizes;

/** {@link SampleNegatives}: a pass over all scores for their sums, another one for the draws. */
final class SampleNegativesCpu extends CpuExecutor {
  private final SampleNegatives op;
  private final int anchors;
  private final Targets targets;
  private final InfoNce sums;
  private final NegativeDraws draws;
  private final Pairs pairs;

  SampleNegativesCpu(
      CpuDevice device, SampleNegatives op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    this.anchors = sizes.intOf("B1");
    int tuples = sizes.intOf("B2");
    this.targets = new Targets(op.name(), anchors, tuples);
    this.sums = new InfoNce(Simd.of(device), targets, anchors, tuples, 0);
    this.draws = new NegativeDraws(op.seed(), targets, sums, anchors);
    this.pairs =
        new Pairs(
            device,
            op.similarity(),
            op.normalize(),
            inputs,
            outputs,
            accumulate,
            sizes,
            sums.rowStrips());
  }

  @Override
  public long ownedBytes() {
    return pairs.engine().bytes() + sums.bytes() + draws.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    double temperature = Scalars.input(in, "temperature", op.temperature());
    targets.bind(in.find("labels"));
    pairs.prepare(in);
    sums.begin(temperature);
    pairs.engine().forward(sums);
    sums.end();
    draws.begin(temperature, (int) Scalars.input(in, "step", 0));
    pairs.engine().forward(draws);
    Tensor indices = out.get("indices");
    for (int i = 0; i < anchors; i++) {
      Scalars.set(indices.memory(), indices.dtype(), 4L * i, draws.drawn(i));
    }
  }
}
