package io.gramian.cpu.nway;

import io.gramian.cpu.simd.Simd;

/**
 * Scores of all anchors of an {@link IndexCell} with one row of every member but the last, and all
 * rows of the last. One per worker, filled anew for each.
 */
public final class IndexChunk {
  public final IndexCell cell;
  final int worker;

  /** The job that works on it. */
  int job;

  /** Rows of the members within the cell; that of the last is set by whoever goes through them. */
  public final int[] rows;

  /** Score of row j of the last member with anchor a of the cell at {@code j * stride + a}. */
  public final float[] scores;

  /** Values from one row of the last member to the next. */
  public final int stride;

  IndexChunk(IndexCell cell, int worker) {
    this.cell = cell;
    this.worker = worker;
    this.rows = new int[cell.members()];
    this.stride = cell.tileAnchors + Simd.PADDING;
    this.scores = new float[cell.blocks[cell.members() - 1] * stride];
  }

  /** Rows of the last member. */
  public int lastRows() {
    return cell.size[last()];
  }

  /** Number of the last member. */
  public int last() {
    return rows.length - 1;
  }

  /** The row of a member, counted from the first of all. */
  public int index(int member) {
    return cell.first[member] + rows[member];
  }

  /** Goes on to the next rows of the members between the first and the last; false at the end. */
  boolean next() {
    for (int l = last() - 1; l > 0; l--) {
      if (++rows[l] < cell.size[l]) {
        return true;
      }
      rows[l] = 0;
    }
    return false;
  }
}
