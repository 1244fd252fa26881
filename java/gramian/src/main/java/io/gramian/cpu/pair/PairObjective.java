package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import io.gramian.op.Objective;
import io.gramian.spi.Shard;

/**
 * A loss over scores of pairs as a functor of {@link PairEngine}: its inputs beside the scores, its
 * sums, the weights of scores and its results are its own.
 */
public abstract class PairObjective extends ScoreReader {
  /**
   * The functor of an objective.
   *
   * @param targets the tuple of each anchor, bound by the functor
   * @param shard the part that this process has in a batch of ranks
   * @param wantsLoss whether the loss itself will be asked for
   */
  public static PairObjective of(
      Objective objective,
      Resources resources,
      Targets targets,
      int anchors,
      int tuples,
      Shard shard,
      boolean wantsLoss) {
    return switch (objective) {
      case Objective.InfoNce infoNce ->
          new InfoNce(
              resources,
              targets,
              anchors,
              tuples,
              infoNce.temperature(),
              infoNce.labelSmoothing(),
              shard);
      case Objective.Sigmoid sigmoid ->
          new Sigmoid(resources, targets, anchors, tuples, sigmoid, wantsLoss);
    };
  }

  /** Whether a pass over all scores must come before the weights. */
  public boolean needsScores() {
    return true;
  }

  /** Starts a second pass over all scores, for their weights. */
  public void beginWeights() {}

  /**
   * The gradient of the loss with respect to scores.
   *
   * @param strip holds scores; gets weights
   */
  public abstract void weigh(Strip strip);
}
