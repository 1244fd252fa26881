package io.gramian.cpu.nway;

/**
 * What is made of the scores of all index tuples, as a functor of {@link IndexTuples}. Chunks of
 * one job come in order on one thread, those of different jobs on several threads.
 */
public abstract class IndexObjective {
  /** Before the chunks of a cell. */
  void begin(IndexCell cell) {}

  /** Takes in scores. */
  public abstract void add(IndexChunk chunk);

  /** After all chunks of a cell. */
  void merge(IndexCell cell) {}

  /**
   * The gradient with respect to the scores of the row {@code chunk.rows[chunk.last()]} of the last
   * member.
   *
   * @param weights gets one per anchor
   */
  public abstract void weigh(IndexChunk chunk, float[] weights, int weightsAt);
}
