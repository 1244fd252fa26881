package io.gramian.cpu;

/** A loss over scores of pairs as a functor of {@link PairEngine}. */
abstract class PairObjective extends ScoreReader {
  /**
   * The gradient of the loss with respect to scores.
   *
   * @param strip holds scores; gets weights
   */
  abstract void weigh(Strip strip);
}
