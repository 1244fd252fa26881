package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.sample.Sample;
import io.gramian.op.Gram;

/** {@link Gram}: the Gram matrices themselves. */
final class GramCpu extends SampleExecutor {
  GramCpu(CpuDevice device, Gram op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, false, inputs, outputs, options);
  }

  @Override
  public void value(Sample sample, Bindings out) {
    if (!out.has("gram")) {
      return;
    }
    Tensor tensor = out.get("gram");
    for (int i = 0; i < sample.k; i++) {
      for (int j = 0; j < sample.k; j++) {
        Scalars.set(tensor, at(tensor, sample, i, j), sample.gram[i * sample.k + j]);
      }
    }
  }

  @Override
  public void partials(Sample sample, Bindings in) {
    Tensor tensor = in.get("grad_gram");
    for (int i = 0; i < sample.k; i++) {
      for (int j = 0; j < sample.k; j++) {
        double both =
            Scalars.get(tensor, at(tensor, sample, i, j))
                + Scalars.get(tensor, at(tensor, sample, j, i));
        sample.partials[i * sample.k + j] = both / 2;
      }
    }
  }

  private static long at(Tensor tensor, Sample sample, int i, int j) {
    return sample.index * tensor.spec().stride(0) + i * tensor.spec().stride(1) + j;
  }
}
