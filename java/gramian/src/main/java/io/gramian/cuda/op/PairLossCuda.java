package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairLoss;
import io.gramian.cuda.pair.PairObjective;
import java.util.List;

/**
 * A loss over pairs: one pass over all pairs for the loss, one more in chunks for the gradients, or
 * two where anchors and members have weights of their own.
 */
final class PairLossCuda extends CudaExecutor {
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final PairInputs tensors;
  private final PairEngine engine;
  private final PairLoss loss;
  private final PairBackward<WeighParams> backward;
  private final PairBackward<WeighParams> ofMembers;

  /** Makes the functor of the loss. */
  @FunctionalInterface
  interface Maker {
    PairLoss make(PairEngine engine, Scratch scratch);
  }

  PairLossCuda(
      CudaDevice device,
      PairInputs tensors,
      PairEngine.Problem problem,
      Maker maker,
      Specs outputs,
      PlanOptions options) {
    super(device);
    this.tensors = tensors;
    boolean accumulate = options.accumulate();
    try {
      this.engine = new PairEngine(device, launches, scratch, problem);
      this.loss = maker.make(engine, scratch);
      GradientRows anchor = tensors.anchorGradient(outputs, accumulate);
      List<GradientRows> members = tensors.memberGradients(outputs, accumulate);
      boolean isApart = loss.ofMembers() != loss;
      this.backward = pass(loss, anchor, isApart ? List.of() : members);
      this.ofMembers = isApart ? pass(loss.ofMembers(), null, members) : backward;
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  /** A pass for gradients; null if none of them is wanted. */
  private PairBackward<WeighParams> pass(
      PairObjective<WeighParams> weights, GradientRows anchor, List<GradientRows> members) {
    return anchor != null || !members.isEmpty() || weights.hasSums()
        ? new PairBackward<>(engine, scratch, weights, anchor, members)
        : null;
  }

  /** Whether any gradient is among the outputs of a loss. */
  static boolean wantsGradients(Specs outputs) {
    return outputs.names().stream().anyMatch(name -> name.startsWith("grad_"));
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    tensors.bind(engine, in, workspace);
    loss.begin(stream, in);
    engine.prepare(stream);
    loss.forward(stream, out);
    if (backward != null) {
      tensors.backward(backward, stream, out);
    }
    if (ofMembers != null && ofMembers != backward) {
      tensors.backward(ofMembers, stream, out);
    }
    if (backward != null && ofMembers != null) {
      loss.finish(stream, out, backward.weigh(), ofMembers.weigh());
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
