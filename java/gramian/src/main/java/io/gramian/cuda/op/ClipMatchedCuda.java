package io.gramian.cuda.op;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.op.ClipMatched;

/** {@link ClipMatched} on CUDA: texts as anchors, images as tuples, only the first with targets. */
final class ClipMatchedCuda {
  private ClipMatchedCuda() {}

  static CudaExecutor executor(
      CudaDevice device, ClipMatched op, Specs inputs, Specs outputs, PlanOptions options) {
    op.check(inputs, outputs);
    return new CrossEntropyCuda(
        device,
        op.name(),
        new CrossEntropyCuda.Pairs("text", "image", 0, op.matched()),
        op.temperature(),
        inputs,
        outputs,
        options);
  }
}
