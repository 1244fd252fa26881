package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.sample.Sample;
import io.gramian.op.Volume;
import java.util.Arrays;

/** {@link Volume}: V = sqrt(det G), dV = V^2 / (2 max(V, minVolume)) tr(G^-1 dG). */
final class VolumeCpu extends SampleExecutor {
  private final double minVolume;

  VolumeCpu(CpuDevice device, Volume op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, op.normalize(), inputs, outputs, options);
    this.minVolume = op.minVolume();
  }

  @Override
  public void value(Sample sample, Bindings out) {
    sample.factor.factor(sample.gram);
    write(out, "volume", sample.index, sample.factor.volume());
  }

  @Override
  public void partials(Sample sample, Bindings in) {
    if (sample.factor.isSingular()) {
      Arrays.fill(sample.partials, 0);
      return;
    }
    double volume = sample.factor.volume();
    double factor = volume * Math.min(1, volume / minVolume) / 2;
    sample.factor.inverse(factor * read(in, "grad_volume", sample.index), sample.partials);
  }
}
