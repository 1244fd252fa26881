package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.sample.Sample;
import io.gramian.op.LogDet;

/** {@link LogDet}: the sum of the logarithms of the pivots. */
final class LogDetCpu extends SampleExecutor {
  private final double ridge;

  LogDetCpu(CpuDevice device, LogDet op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, false, inputs, outputs, options);
    this.ridge = op.ridge();
  }

  @Override
  public void value(Sample sample, Bindings out) {
    for (int i = 0; i < sample.k; i++) {
      sample.gram[i * sample.k + i] += ridge;
    }
    sample.factor.factor(sample.gram);
    write(out, "logdet", sample.index, sample.factor.logDeterminant());
  }

  @Override
  public void partials(Sample sample, Bindings in) {
    sample.factor.inverse(read(in, "grad_logdet", sample.index), sample.partials);
  }
}
