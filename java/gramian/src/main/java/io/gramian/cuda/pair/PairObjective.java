package io.gramian.cuda.pair;

import io.gramian.cuda.abi.WeighParams;
import java.util.Optional;

/**
 * An objective of the passes over pairs as a functor: what it keeps of the scores, and where the
 * weights of their gradients come from, is its own.
 *
 * @param <W> writes the parameter of the kernel that makes the weights
 */
public interface PairObjective<W extends WeighParams> {
  /** Its kernels. */
  PairKernels<?, W> kernels();

  /** Says where the weights of a run, dLoss/dScore, come from. */
  void describe(W weights);

  /** Which tuple belongs to each anchor, where any does. */
  default Optional<PairTargets> targets() {
    return Optional.empty();
  }

  /**
   * Whether anchors and tuples are the same rows and each pair counts once, with the tuple behind
   * the anchor.
   */
  default boolean isMirrored() {
    return false;
  }

  /** Whether the weights leave two sums of the objective's own. */
  default boolean hasSums() {
    return false;
  }
}
