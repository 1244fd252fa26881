package io.gramian.cpu.pair;

/** A loss over scores of pairs as a functor of {@link PairEngine}. */
public abstract class PairObjective extends ScoreReader {
  /**
   * The gradient of the loss with respect to scores.
   *
   * @param strip holds scores; gets weights
   */
  public abstract void weigh(Strip strip);
}
