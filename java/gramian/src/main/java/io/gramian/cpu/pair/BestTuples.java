package io.gramian.cpu.pair;

import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * The best tuples of every anchor, best first, equal scores by index, and the score of each
 * anchor's own tuple. A score that is not finite counts as the lowest of all.
 */
public final class BestTuples extends ScoreReader {
  private final ExpMath math;
  private final Targets targets;
  private final int count;
  private final float[] scores;
  private final int[] indices;
  private final int[] sizes;
  private final float[] targetScores;

  /**
   * Room for the best of each anchor.
   *
   * @param count how many to keep, 0 for none
   * @param targets the own tuple of each anchor; null if its score is not needed
   */
  public BestTuples(Simd simd, int anchors, int count, Targets targets) {
    this.math = simd.exps();
    this.targets = targets;
    this.count = count;
    this.scores = new float[Math.multiplyExact(anchors, count)];
    this.indices = new int[scores.length];
    this.sizes = new int[anchors];
    this.targetScores = new float[targets == null ? 0 : anchors];
  }

  /** What scores are compared by. */
  static float key(float score) {
    return Float.isFinite(score) ? score : Float.NEGATIVE_INFINITY;
  }

  /** Starts a run. */
  public void begin() {
    Arrays.fill(sizes, 0);
  }

  public long bytes() {
    return 4L * (2L * scores.length + sizes.length + targetScores.length);
  }

  /** Maxima of the block. */
  @Override
  public int rowStrips() {
    return 1;
  }

  @Override
  public void add(Block block) {
    int maxima = block.rowsAt();
    Arrays.fill(block.rows(), maxima, maxima + block.stride(), Float.NEGATIVE_INFINITY);
    for (int j = 0; j < block.tuples(); j++) {
      int at = block.scoresAt() + j * block.stride();
      math.maxima(block.scores(), at, block.rows(), maxima, block.anchors());
      if (targets != null) {
        takeTargets(block, block.tuple() + j, at);
      }
    }
  }

  private void takeTargets(Block block, int tuple, int scoresAt) {
    int end = block.anchor() + block.anchors();
    for (int p = targets.from(tuple, block.anchor()); targets.has(p, tuple, end); p++) {
      int anchor = targets.at(p);
      targetScores[anchor] = key(block.scores()[scoresAt + anchor - block.anchor()]);
    }
  }

  @Override
  public void merge(Block block, int from, int to) {
    for (int i = from; i < to && count > 0; i++) {
      int anchor = block.anchor() + i;
      int last = (anchor + 1) * count - 1;
      if (sizes[anchor] == count && block.rows()[block.rowsAt() + i] <= scores[last]) {
        continue;
      }
      for (int j = 0; j < block.tuples(); j++) {
        float score = key(block.scores()[block.scoresAt() + j * block.stride() + i]);
        if (sizes[anchor] < count || score > scores[last]) {
          insert(anchor, score, block.tuple() + j);
        }
      }
    }
  }

  /** Puts a tuple behind all that are as good; tuples come in the order of their indices. */
  private void insert(int anchor, float score, int tuple) {
    int first = anchor * count;
    int size = sizes[anchor];
    int low = first;
    int high = first + size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (scores[middle] >= score) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int moved = Math.min(first + size, first + count - 1) - low;
    System.arraycopy(scores, low, scores, low + 1, moved);
    System.arraycopy(indices, low, indices, low + 1, moved);
    scores[low] = score;
    indices[low] = tuple;
    sizes[anchor] = Math.min(size + 1, count);
  }

  /** The tuple of a rank. */
  public int tuple(int anchor, int rank) {
    return indices[anchor * count + rank];
  }

  /** The score of a rank, NaN if it was not finite. */
  public float score(int anchor, int rank) {
    float score = scores[anchor * count + rank];
    return score == Float.NEGATIVE_INFINITY ? Float.NaN : score;
  }

  /** What the score of the anchor's own tuple is compared by. */
  float targetKey(int anchor) {
    return targetScores[anchor];
  }
}
