package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.sample.SampleExecutor;
import io.gramian.op.Gram;

/** {@link Gram}: the Gram matrices themselves. */
final class GramCpu extends SampleExecutor {
  GramCpu(CpuDevice device, Gram op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, false, inputs, outputs, options);
  }

  @Override
  public void value(Sample sample, int index, Bindings out) {
    Tensor tensor = out.find("gram");
    for (int i = 0; tensor != null && i < k * k; i++) {
      Scalars.set(tensor.memory(), tensor.dtype(), offset(tensor, index, i), sample.gram[i]);
    }
  }

  @Override
  public void partials(Sample sample, int index, Bindings in) {
    Tensor tensor = in.get("grad_gram");
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        double both =
            Scalars.get(tensor.memory(), tensor.dtype(), offset(tensor, index, i * k + j))
                + Scalars.get(tensor.memory(), tensor.dtype(), offset(tensor, index, j * k + i));
        sample.partials[i * k + j] = both / 2;
      }
    }
  }

  private long offset(Tensor tensor, int index, int element) {
    long at = index * tensor.spec().stride(0) + element / k * tensor.spec().stride(1) + element % k;
    return at * tensor.dtype().bytes();
  }
}
