package io.gramian.cuda.op;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.abi.SampleFlags;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.sample.SampleExecutor;
import io.gramian.op.Volume;
import io.gramian.spi.Executor;

/** {@link Volume} on CUDA. */
final class VolumeCuda {
  private VolumeCuda() {}

  static Executor executor(
      CudaDevice device, Volume op, Specs inputs, Specs outputs, PlanOptions options) {
    int flags = op.normalize() ? SampleFlags.NORMALIZE.code() : 0;
    return new SampleExecutor(
        device,
        new SampleExecutor.Variant("volume", flags, 0, op.minVolume()),
        inputs,
        outputs,
        options);
  }
}
