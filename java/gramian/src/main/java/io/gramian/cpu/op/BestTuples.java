package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.ScoreReader;
import io.gramian.cpu.pair.Targets;
import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import java.util.Arrays;

/**
 * The best tuples of every anchor, best first, equal scores by index, and the score of each
 * anchor's own tuple. A score that is not finite counts as the lowest of all.
 */
final class BestTuples extends ScoreReader {
  private final ExpMath exps;
  private final Targets targets;
  private final int anchors;
  private final int count;
  private final float[] scores;
  private final int[] indices;
  private final int[] sizes;
  private final float[] targetScores;

  /**
   * Room for the best of each anchor.
   *
   * @param count how many to keep, 0 for none
   * @param targets the own tuple of those anchors whose score is asked for
   */
  BestTuples(Resources resources, int anchors, int count, Targets targets) {
    this.exps = resources.simd().exps();
    this.targets = targets;
    this.anchors = anchors;
    this.count = count;
    this.scores = resources.floats(Math.multiplyExact(anchors, count));
    this.indices = resources.ints(scores.length);
    this.sizes = resources.ints(anchors);
    this.targetScores = resources.floats(targets.anchors());
  }

  /** What scores are compared by. */
  static float key(float score) {
    return Float.isFinite(score) ? score : Float.NEGATIVE_INFINITY;
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    targets.bind(in);
    Arrays.fill(sizes, 0);
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
      Strip strip = block.strip(j);
      exps.maxima(strip.scores, strip.scoresAt, block.rows(), maxima, strip.length);
      int end = strip.anchor + strip.length;
      for (int p = targets.from(strip.tuple, strip.anchor); targets.has(p, strip.tuple, end); p++) {
        int anchor = targets.at(p);
        targetScores[anchor] = key(strip.scores[strip.scoresAt + anchor - strip.anchor]);
      }
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

  /** What the score of the anchor's own tuple is compared by. */
  float targetKey(int anchor) {
    return targetScores[anchor];
  }

  /** Writes {@code indices} and {@code scores}, NaN for a score that was not finite. */
  @Override
  public void write(Bindings out, boolean accumulate) {
    if (out.has("indices")) {
      Tensor tensor = out.get("indices");
      eachBest(tensor, (to, at) -> Scalars.set(tensor, to, indices[at]));
    }
    if (out.has("scores")) {
      Tensor tensor = out.get("scores");
      eachBest(
          tensor,
          (to, at) ->
              Scalars.set(
                  tensor, to, scores[at] == Float.NEGATIVE_INFINITY ? Float.NaN : scores[at]));
    }
  }

  /** Puts one of the best where it belongs in an output. */
  private interface Put {
    void put(long element, int at);
  }

  private void eachBest(Tensor tensor, Put put) {
    long stride = tensor.spec().stride(0);
    for (int i = 0; i < anchors; i++) {
      for (int rank = 0; rank < count; rank++) {
        put.put(i * stride + rank, i * count + rank);
      }
    }
  }
}
