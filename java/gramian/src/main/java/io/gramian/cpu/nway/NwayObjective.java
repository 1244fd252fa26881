package io.gramian.cpu.nway;

import io.gramian.Bindings;
import io.gramian.cpu.simd.Strip;

/**
 * What is made of the scores of all index tuples, as a functor of {@link NwayEngine}. Chunks of one
 * job come in order on one thread, those of different jobs on several threads.
 */
public abstract class NwayObjective {
  /** Starts a run. */
  public abstract void begin(Bindings in, Bindings out);

  /** Whether a pass over all scores must come before the weights. */
  public boolean needsScores() {
    return true;
  }

  /** Before the chunks of a cell. */
  public void beginCell(NwayCell cell) {}

  /** Takes in scores. */
  public abstract void add(NwayChunk chunk);

  /** After all chunks of a cell. */
  public void mergeCell(NwayCell cell) {}

  /** All scores have been added. */
  public void end() {}

  /** Starts a second pass over all scores, for their weights. */
  public void beginWeights() {}

  /**
   * The gradient with respect to scores.
   *
   * @param strip the scores of a chunk with one row of its last member; gets weights
   */
  public abstract void weigh(NwayChunk chunk, Strip strip);

  /** Writes results; gradients are added to what is there if {@code accumulate}. */
  public void write(Bindings out, boolean accumulate) {}
}
