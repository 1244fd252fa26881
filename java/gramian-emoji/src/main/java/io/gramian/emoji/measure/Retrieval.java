package io.gramian.emoji.measure;

import io.gramian.emoji.data.Split;
import io.gramian.emoji.heads.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What some held-out anchors found.
 *
 * @param queries the anchors shown
 */
public record Retrieval(List<Query> queries) {
  private static final int SHOWN = 60;
  private static final int NEIGHBOURS = 6;

  /** Fixed, so that pages of different trainings show the same anchors, picked by chance. */
  private static final long SEED = 1;

  /**
   * One anchor.
   *
   * @param emoji its index in the data set
   * @param rank the place of its own tuple, 1 for the best
   * @param neighbours the indices of the closest tuples, best first
   */
  public record Query(int emoji, int rank, List<Integer> neighbours) {}

  /**
   * Picks anchors and their neighbours.
   *
   * @param split says which emoji the rows stand for
   * @param scores [held out, held out], a row per anchor
   */
  public static Retrieval of(Split split, Matrix scores) {
    int[] order = Split.shuffled(scores.rows(), new Random(SEED));
    List<Query> queries = new ArrayList<>();
    for (int i = 0; i < Math.min(SHOWN, order.length); i++) {
      queries.add(query(split, order[i], scores.data()[order[i]]));
    }
    return new Retrieval(queries);
  }

  private static Query query(Split split, int row, float[] scores) {
    List<Integer> ranked =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Float.compare(scores[b], scores[a]))
            .toList();
    List<Integer> neighbours =
        ranked.stream().limit(NEIGHBOURS).map(i -> split.heldOut()[i]).toList();
    return new Query(split.heldOut()[row], ranked.indexOf(row) + 1, neighbours);
  }
}
