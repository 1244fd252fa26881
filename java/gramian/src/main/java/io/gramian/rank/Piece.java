package io.gramian.rank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of each rank's shard that come one after another in the batch.
 *
 * @param rank whose they are seen by
 * @param rows how many of each rank
 * @param from the first in this rank's shard
 * @param start where those of rank 0 begin in the batch
 */
record Piece(int rank, long[] rows, long from, long start) {
  /**
   * The pieces that shards of these sizes make up a batch of.
   *
   * @param head rows of each shard that come before the remaining rows of all
   */
  static List<Piece> of(int rank, long[] sizes, long head) {
    List<Piece> pieces = new ArrayList<>();
    long start = 0;
    if (head > 0) {
      long[] heads = new long[sizes.length];
      Arrays.fill(heads, head);
      pieces.add(new Piece(rank, heads, 0, start));
      start = head * sizes.length;
    }
    long[] rest = Arrays.stream(sizes).map(size -> size - head).toArray();
    pieces.add(new Piece(rank, rest, head, start));
    return pieces;
  }

  /** Rows of this rank. */
  long own() {
    return rows[rank];
  }

  /** Where this rank's begin in the batch. */
  long ownStart() {
    return start + Arrays.stream(rows, 0, rank).sum();
  }

  /** Rows of all ranks. */
  long all() {
    return Arrays.stream(rows).sum();
  }
}
