package io.gramian.cpu.nway;

import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;

/**
 * Scores of all anchors of an {@link NwayCell} with one row of every member but the last, and all
 * rows of the last. One per worker, filled anew for each.
 */
public final class NwayChunk {
  public final NwayCell cell;
  public final int worker;

  /** The job that works on it. */
  int job;

  /** Rows of the members within the cell; that of the last moves with {@link #strip}. */
  final int[] rows;

  /** Score of row j of the last member with anchor a of the cell at {@code j * stride + a}. */
  public final float[] scores;

  /** Values from one row of the last member to the next. */
  public final int stride;

  private final Strip strip = new Strip();

  NwayChunk(Resources resources, NwayCell cell, int worker) {
    this.cell = cell;
    this.worker = worker;
    this.rows = new int[cell.members()];
    this.stride = stride(cell);
    this.scores = resources.floats(cell.blocks[cell.members() - 1] * stride);
    strip.tuple = worker;
    strip.scores = scores;
    strip.stride = stride;
  }

  /** Values from one strip of all anchors of a cell to the next. */
  static int stride(NwayCell cell) {
    return cell.tileAnchors + Simd.PADDING;
  }

  /** The strip that {@link #strip(int)} moves. */
  Strip strip() {
    return strip;
  }

  /** Moves to a row of the last member: its scores with all anchors of the cell. */
  public Strip strip(int row) {
    rows[last()] = row;
    strip.anchor = cell.anchor;
    strip.length = cell.anchorCount;
    strip.scoresAt = row * stride;
    return strip;
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
