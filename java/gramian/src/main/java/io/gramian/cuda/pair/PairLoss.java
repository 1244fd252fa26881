package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.Scratch;
import io.gramian.op.Objective;
import io.gramian.spi.Shard;

/**
 * A loss over the scores of pairs as a functor: its scalars, its scratch, its forward pass, the
 * weights of its gradients and its results are its own.
 */
public interface PairLoss extends PairObjective<WeighParams> {
  /**
   * The functor of an objective.
   *
   * @param shard the part that this process has in a batch of ranks
   * @param inputs {@code labels} and the objective's scalars, as far as they are given
   * @param outputs the loss and gradients of scalars, as far as they are wanted
   */
  static PairLoss of(
      Objective objective,
      PairEngine engine,
      Scratch scratch,
      Shard shard,
      Specs inputs,
      Specs outputs,
      boolean accumulate) {
    PairTargets targets = PairTargets.given(engine, inputs);
    return switch (objective) {
      case Objective.InfoNce infoNce ->
          new InfoNce(
              engine,
              scratch,
              targets,
              infoNce.temperature(),
              infoNce.labelSmoothing(),
              infoNce.gatherWithGrad(),
              shard,
              inputs,
              outputs,
              accumulate);
      case Objective.Sigmoid sigmoid ->
          new Sigmoid(engine, scratch, targets, sigmoid, inputs, outputs, accumulate);
    };
  }

  /** Takes the inputs of a run and enqueues what comes first: the scalars, and labels. */
  void begin(long stream, Bindings in);

  /** Enqueues the forward pass over all pairs, as far as it is needed, and the loss. */
  void forward(long stream, Bindings out);

  /** Gives the weights for the gradients of the members: those for the anchors, or others. */
  default PairObjective<WeighParams> ofMembers() {
    return this;
  }

  /**
   * Enqueues the gradients of the scalars, after the weights of all pairs.
   *
   * @param weigh where those for the anchors were made
   * @param ofMembers where those for the members were made; the same if they are
   */
  void finish(
      long stream, Bindings out, PairWeigh<WeighParams> weigh, PairWeigh<WeighParams> ofMembers);
}
