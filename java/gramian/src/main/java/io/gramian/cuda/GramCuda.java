package io.gramian.cuda;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Gram;
import io.gramian.spi.Executor;

/** {@link Gram} on CUDA. */
final class GramCuda {
  /** Image of its kernels. */
  static final String IMAGE = "gram";

  private GramCuda() {}

  static Executor executor(
      CudaDevice device, Gram op, Specs inputs, Specs outputs, PlanOptions options) {
    return new SampleExecutor(
        device, new SampleExecutor.Variant(IMAGE, 0, 0, 0), inputs, outputs, options);
  }
}
