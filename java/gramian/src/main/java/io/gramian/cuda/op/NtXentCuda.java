package io.gramian.cuda.op;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.pair.InfoNce;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairTargets;
import io.gramian.op.NtXent;
import io.gramian.spi.Shard;

/** {@link NtXent} on CUDA: the unit views as anchors and as tuples. */
final class NtXentCuda {
  private NtXentCuda() {}

  static CudaExecutor executor(
      CudaDevice device, NtXent op, Specs inputs, Specs outputs, PlanOptions options) {
    op.check(inputs, outputs);
    PairInputs tensors = PairInputs.ofSet("views");
    tensors.requireTypes(op.name(), inputs, outputs);
    boolean backward = PairLossCuda.wantsGradients(outputs);
    return new PairLossCuda(
        device,
        tensors,
        tensors.products(op.name(), PairInputs.LEAST_NORM, inputs, options.strict(), backward),
        (engine, scratch) ->
            new InfoNce(
                engine,
                scratch,
                PairTargets.views(engine, scratch),
                op.temperature(),
                0,
                true,
                Shard.WHOLE,
                inputs,
                outputs,
                options.accumulate()),
        outputs,
        options);
  }
}
