package io.gramian.cuda.op;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.pair.InfoNce;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairTargets;
import io.gramian.op.ClipMatched;
import io.gramian.spi.Shard;

/** {@link ClipMatched} on CUDA: texts as anchors, images as tuples, only the first with targets. */
final class ClipMatchedCuda {
  private ClipMatchedCuda() {}

  static CudaExecutor executor(
      CudaDevice device, ClipMatched op, Specs inputs, Specs outputs, PlanOptions options) {
    op.check(inputs, outputs);
    PairInputs tensors = PairInputs.ofSets("text", "image");
    tensors.requireTypes(op.name(), inputs, outputs);
    boolean backward = PairLossCuda.wantsGradients(outputs);
    return new PairLossCuda(
        device,
        tensors,
        tensors.products(op.name(), 0, inputs, options.strict(), backward),
        (engine, scratch) ->
            new InfoNce(
                engine,
                scratch,
                PairTargets.first(engine, scratch, op.matched()),
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
