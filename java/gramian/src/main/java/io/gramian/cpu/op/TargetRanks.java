package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.ScoreReader;
import io.gramian.cpu.pair.Targets;
import io.gramian.cpu.simd.Resources;
import java.util.Arrays;

/** How many tuples come before the anchor's own, in the order of {@link BestTuples}. */
final class TargetRanks extends ScoreReader {
  private final BestTuples best;
  private final Targets targets;
  private final int[] cutoffs;
  private final int[] ranks;

  /**
   * Ranks of all anchors.
   *
   * @param best has taken in all scores before, for those of the own tuples
   * @param cutoffs of the recall
   */
  TargetRanks(Resources resources, BestTuples best, Targets targets, int[] cutoffs) {
    this.best = best;
    this.targets = targets;
    this.cutoffs = cutoffs;
    this.ranks = resources.ints(targets.anchors());
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    Arrays.fill(ranks, 0);
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

  /** Writes {@code ranks}, 0 for the best, and {@code recall} at each cutoff. */
  @Override
  public void write(Bindings out, boolean accumulate) {
    if (out.has("ranks")) {
      Tensor tensor = out.get("ranks");
      for (int i = 0; i < ranks.length; i++) {
        Scalars.set(tensor, i, ranks[i]);
      }
    }
    if (out.has("recall")) {
      for (int c = 0; c < cutoffs.length; c++) {
        Scalars.set(out.get("recall"), c, recall(cutoffs[c]));
      }
    }
  }

  /** The share of anchors whose rank is below a cutoff. */
  private double recall(int cutoff) {
    return Arrays.stream(ranks).filter(rank -> rank < cutoff).count() / (double) ranks.length;
  }
}
