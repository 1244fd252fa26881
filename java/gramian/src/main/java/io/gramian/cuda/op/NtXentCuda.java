package io.gramian.cuda.op;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.op.NtXent;

/** {@link NtXent} on CUDA: the unit views as anchors and as tuples. */
final class NtXentCuda {
  private NtXentCuda() {}

  static CudaExecutor executor(
      CudaDevice device, NtXent op, Specs inputs, Specs outputs, PlanOptions options) {
    int rows = op.check(inputs, outputs).intOf("rows");
    return new CrossEntropyCuda(
        device,
        op.name(),
        new CrossEntropyCuda.Pairs("views", "views", PairInputs.LEAST_NORM, rows),
        op.temperature(),
        inputs,
        outputs,
        options);
  }
}
