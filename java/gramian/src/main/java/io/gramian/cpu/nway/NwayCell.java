package io.gramian.cpu.nway;

import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.TileKernel;
import java.util.Arrays;

/**
 * A block of the index space of N modalities: a run of anchors times a block of rows of every other
 * modality, here called members. The rows of the first member are dealt out to jobs, {@link
 * #jobRows} to each; what a job finds out goes to places of its own and is put together in the
 * order of the jobs. One per engine, moved over the index space.
 */
public final class NwayCell {
  /** Most rows of the first member. */
  private static final int FIRST_ROWS = 22 * TileKernel.ROWS;

  private final int[] counts;
  private final int anchors;

  /** Most anchors. */
  final int tileAnchors;

  /** Rows of the first member that a job works on. */
  final int jobRows;

  /** Most rows of each member. */
  final int[] blocks;

  /** The first anchor and the number of anchors. */
  public int anchor;

  public int anchorCount;

  /** The first row of each member. */
  final int[] first;

  /** Rows of each member. */
  final int[] size;

  /**
   * Cells of modalities with the given numbers of rows, the anchors first.
   *
   * @param tileAnchors most anchors of a cell, a multiple of {@link TileKernel#ROWS}
   * @param jobRows a multiple of {@link TileKernel#ROWS}
   */
  NwayCell(int[] rows, int tileAnchors, int jobRows) {
    this.anchors = rows[0];
    this.counts = Arrays.copyOfRange(rows, 1, rows.length);
    this.tileAnchors = Math.min(tileAnchors, Panels.padded(Math.max(anchors, 1), 32));
    this.jobRows = jobRows;
    this.blocks = new int[counts.length];
    // Sums of a cell are kept in float32: the more members, the fewer rows of each.
    int most = Panels.paddedRows(Math.max(128 >> counts.length, 1));
    for (int l = 0; l < blocks.length; l++) {
      int limit = l == 0 ? FIRST_ROWS : most;
      blocks[l] = Math.min(limit, Panels.padded(Math.max(counts[l], 1), jobRows));
    }
    this.first = new int[counts.length];
    this.size = new int[counts.length];
  }

  /** Number of members. */
  int members() {
    return counts.length;
  }

  /** Moves to the first cell; false if there is none. */
  boolean start() {
    anchor = 0;
    Arrays.fill(first, 0);
    fit();
    return anchors > 0 && Arrays.stream(counts).allMatch(count -> count > 0);
  }

  /** Moves to the next cell, the anchors fastest; false if there is none. */
  boolean next() {
    anchor += tileAnchors;
    if (anchor >= anchors) {
      anchor = 0;
      int l = members() - 1;
      for (; l >= 0; l--) {
        first[l] += blocks[l];
        if (first[l] < counts[l]) {
          break;
        }
        first[l] = 0;
      }
      if (l < 0) {
        return false;
      }
    }
    fit();
    return true;
  }

  private void fit() {
    anchorCount = Math.min(tileAnchors, anchors - anchor);
    for (int l = 0; l < size.length; l++) {
      size[l] = Math.min(blocks[l], counts[l] - first[l]);
    }
  }

  /** Most jobs of a cell. */
  int maxJobs() {
    return (blocks[0] + jobRows - 1) / jobRows;
  }

  /** Jobs of this cell. */
  int jobs() {
    return (size[0] + jobRows - 1) / jobRows;
  }

  /** Rows of a member that a job has sums for: its own of the first one, all of the others. */
  int rowsOfJob(int member) {
    return member == 0 ? jobRows : blocks[member];
  }

  /** Where the sums of a job have the given row of the cell. */
  int rowInJob(int member, int row) {
    return member == 0 ? row % jobRows : row;
  }
}
