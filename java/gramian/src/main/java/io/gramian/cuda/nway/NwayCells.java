package io.gramian.cuda.nway;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.NwayConstants;
import java.util.Arrays;

/**
 * How the backward pass over index tuples is shared among blocks: each axis is cut into ranges, and
 * a block owns the product of a range of each. For a pair of modalities every cell along the other
 * axes needs a copy of its sums, so there are no more cells than fill the device, and the longest
 * ranges are cut first.
 *
 * @param threads of a block
 * @param range rows of a range of each axis
 * @param ranges how many there are
 */
record NwayCells(int threads, int[] range, int[] ranges) {
  private static final int BLOCKS_PER_MULTIPROCESSOR = 4;

  /**
   * The cells of a box.
   *
   * @param rows of each axis of the largest box, at least three of them
   */
  static NwayCells of(int[] rows, int multiprocessors) {
    int n = rows.length;
    int[] count = Arrays.stream(rows).map(size -> Math.max(size, 1)).toArray();
    int threads = NwayConstants.MOST_BACKWARD_THREADS;
    while (threads > Constants.WARP_SIZE && threads / 2 >= count[n - 1]) {
      threads /= 2;
    }
    int[] grain = new int[n];
    Arrays.fill(grain, 1);
    grain[n - 1] = threads;
    grain[n - 2] = NwayConstants.backwardBatch(n);
    grain[n - 3] = threads / NwayConstants.backwardBatch(n);
    int[] range = count.clone();
    long wanted = (long) BLOCKS_PER_MULTIPROCESSOR * multiprocessors;
    while (cells(count, range) < wanted) {
      int longest = -1;
      for (int axis = 0; axis < n; axis++) {
        boolean longer = longest < 0 || range[axis] > range[longest];
        if (range[axis] > grain[axis] && longer) {
          longest = axis;
        }
      }
      if (longest < 0) {
        break;
      }
      range[longest] =
          Math.ceilDiv(Math.ceilDiv(range[longest], 2), grain[longest]) * grain[longest];
    }
    int[] ranges = new int[n];
    Arrays.setAll(ranges, axis -> Math.ceilDiv(count[axis], range[axis]));
    return new NwayCells(threads, range, ranges);
  }

  /** Number of blocks. */
  int blocks() {
    return (int) cellsWithout(-1, -1);
  }

  /** Copies of the sums of two modalities, or of one where they are the same. */
  int copies(int l, int m) {
    return (int) cellsWithout(l, m);
  }

  private long cellsWithout(int l, int m) {
    long cells = 1;
    for (int axis = 0; axis < ranges.length; axis++) {
      cells *= axis == l || axis == m ? 1 : ranges[axis];
    }
    return cells;
  }

  private static long cells(int[] count, int[] range) {
    long cells = 1;
    for (int axis = 0; axis < count.length; axis++) {
      cells *= Math.ceilDiv(count[axis], range[axis]);
    }
    return cells;
  }
}
