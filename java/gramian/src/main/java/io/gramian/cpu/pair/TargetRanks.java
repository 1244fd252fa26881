package io.gramian.cpu.pair;

import java.util.Arrays;

/** How many tuples come before the anchor's own, in the order of {@link BestTuples}. */
public final class TargetRanks extends ScoreReader {
  private final BestTuples best;
  private final Targets targets;
  private final int[] ranks;

  /**
   * Ranks of all anchors.
   *
   * @param best has taken in all scores before, for those of the own tuples
   */
  public TargetRanks(BestTuples best, Targets targets, int anchors) {
    this.best = best;
    this.targets = targets;
    this.ranks = new int[anchors];
  }

  /** Starts a run. */
  public void begin() {
    Arrays.fill(ranks, 0);
  }

  public long bytes() {
    return 4L * ranks.length;
  }

  /** Counts of the block. */
  @Override
  public int rowStrips() {
    return 1;
  }

  @Override
  public void add(Block block) {
    float[] counts = block.rows();
    Arrays.fill(counts, block.rowsAt(), block.rowsAt() + block.stride(), 0);
    for (int j = 0; j < block.tuples(); j++) {
      int tuple = block.tuple() + j;
      int at = block.scoresAt() + j * block.stride();
      for (int i = 0; i < block.anchors(); i++) {
        float score = BestTuples.key(block.scores()[at + i]);
        float own = best.targetKey(block.anchor() + i);
        if (score > own || score == own && tuple < targets.label(block.anchor() + i)) {
          counts[block.rowsAt() + i]++;
        }
      }
    }
  }

  @Override
  public void merge(Block block, int from, int to) {
    for (int i = from; i < to; i++) {
      ranks[block.anchor() + i] += (int) block.rows()[block.rowsAt() + i];
    }
  }

  /** The rank of an anchor's own tuple, 0 for the best. */
  public int rank(int anchor) {
    return ranks[anchor];
  }

  /** The share of anchors whose rank is below a cutoff. */
  public double recall(int cutoff) {
    return Arrays.stream(ranks).filter(rank -> rank < cutoff).count() / (double) ranks.length;
  }
}
