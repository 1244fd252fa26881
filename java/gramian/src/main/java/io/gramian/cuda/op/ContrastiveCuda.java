package io.gramian.cuda.op;

import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairLoss;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.spi.Shard;

/** {@link Contrastive} on CUDA. */
final class ContrastiveCuda {
  private ContrastiveCuda() {}

  static CudaExecutor executor(
      CudaDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    return executor(device, op, inputs, outputs, options, Shard.WHOLE);
  }

  /** The executor of a rank's part of an op. */
  static CudaExecutor executor(
      CudaDevice device,
      Contrastive op,
      Specs inputs,
      Specs outputs,
      PlanOptions options,
      Shard shard) {
    // Of two modalities, the index tuples are the pairs.
    if (op.negatives() == Negatives.PRODUCT && inputs.has("modality2")) {
      return new ProductCuda(device, op, inputs, outputs, options);
    }
    PairInputs tensors = PairInputs.ofTuples(inputs);
    tensors.requireTypes(op.name(), inputs, outputs);
    return new PairLossCuda(
        device,
        tensors,
        tensors.problem(
            op.name(),
            op.similarity(),
            op.normalize(),
            inputs,
            options.strict(),
            PairLossCuda.wantsGradients(outputs)),
        (engine, scratch) ->
            PairLoss.of(
                op.objective(), engine, scratch, shard, inputs, outputs, options.accumulate()),
        outputs,
        options);
  }
}
