package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.ContrastiveLossParams;
import io.gramian.cuda.abi.ContrastiveScalarGradientsParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;

/** The last kernels of the losses over pairs: the loss and the gradients of the scalars. */
public final class ContrastiveResults {
  private final PairEngine engine;
  private final KernelLaunch<ContrastiveLossParams> loss;
  private final KernelLaunch<ContrastiveScalarGradientsParams> scalars;
  private final String first;

  /**
   * Makes the launches of what is wanted.
   *
   * @param targets anchors that have a target
   * @param isSymmetric as in {@link ContrastiveSums}
   */
  public ContrastiveResults(
      PairEngine engine,
      Specs outputs,
      boolean accumulate,
      boolean isSigmoid,
      int targets,
      boolean isSymmetric) {
    this.engine = engine;
    this.first = isSigmoid ? "grad_scale" : "grad_temperature";
    TensorSpec lossSpec = outputs.find("loss");
    this.loss = lossSpec == null ? null : engine.launch(Kernels.CONTRASTIVE_LOSS);
    if (loss != null) {
      ContrastiveLossParams p = loss.parameter();
      p.lossType(Fields.type(lossSpec)).targets(targets).isSigmoid(isSigmoid);
    }
    this.scalars =
        wantsScalars(outputs) ? engine.launch(Kernels.CONTRASTIVE_SCALAR_GRADIENTS) : null;
    if (scalars != null) {
      ContrastiveScalarGradientsParams p = scalars.parameter();
      p.isSigmoid(isSigmoid).sides(isSymmetric ? 2 : 1);
      Fields.prepare(p.first(), GradientRows.of(outputs.find(first), accumulate));
      Fields.prepare(p.second(), GradientRows.of(outputs.find("grad_bias"), accumulate));
    }
  }

  /** Whether a gradient of a scalar is among the outputs. */
  public static boolean wantsScalars(Specs outputs) {
    return outputs.has("grad_temperature") || outputs.has("grad_scale") || outputs.has("grad_bias");
  }

  /** Whether the loss is among the outputs. */
  public boolean wantsLoss() {
    return loss != null;
  }

  /** Enqueues the loss, if it is wanted, out of its parts. */
  public void loss(
      long stream, Bindings out, long rowParts, int rowBlocks, long columnParts, int columns) {
    if (loss == null) {
      return;
    }
    ContrastiveLossParams p = loss.parameter();
    p.rowParts(rowParts).columnParts(columnParts).rowBlocks(rowBlocks).columnBlocks(columns);
    p.loss(out.get("loss").address());
    loss.enqueue(stream, 1, 1, 1);
  }

  /** Enqueues the gradients of the scalars, if any is wanted. */
  public void scalars(long stream, Bindings out, PairWeigh weigh) {
    if (scalars == null) {
      return;
    }
    ContrastiveScalarGradientsParams p = scalars.parameter();
    p.scalars(engine.scalars()).parts(weigh.blockSums()).blocks(weigh.blocks());
    p.first().to(CudaExecutor.address(out.find(first)));
    p.second().to(CudaExecutor.address(out.find("grad_bias")));
    scalars.enqueue(stream, 1, 1, 1);
  }
}
