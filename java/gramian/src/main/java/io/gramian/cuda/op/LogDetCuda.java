package io.gramian.cuda.op;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.sample.SampleExecutor;
import io.gramian.op.LogDet;
import io.gramian.spi.Executor;

/** {@link LogDet} on CUDA. */
final class LogDetCuda {
  private LogDetCuda() {}

  static Executor executor(
      CudaDevice device, LogDet op, Specs inputs, Specs outputs, PlanOptions options) {
    return new SampleExecutor(
        device, new SampleExecutor.Variant("logdet", 0, op.ridge(), 0), inputs, outputs, options);
  }
}
