package io.gramian.cpu.pair;

import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.TileKernel;

/**
 * How {@link PairEngine} cuts anchors and tuples into tiles, and tiles into tasks of one band each.
 * A function of the sizes alone: sums that go from tile to tile must not depend on the number of
 * threads.
 */
final class Tiling {
  /**
   * Anchors of a tile, whole bands and whole panels: packed both ways at d = 512 they are 768 KiB,
   * and stay in the second-level cache.
   */
  private static final int ANCHORS = 192;

  /** Rows of the tuples of a tile without gradients, which take less room. */
  private static final int FORWARD_ROWS = 2304;

  /** The same with gradients, at most. */
  private static final int BACKWARD_ROWS = 864;

  /** Tuples of a tile with gradients, at least: or anchors are packed again too often. */
  private static final int TUPLES = 144;

  /** Tiles with gradients: with fewer, scratch would be much beside inputs and gradients. */
  private static final int TILES = 6;

  /** Tuples of a task: a band. */
  static final int BLOCK = TileKernel.ROWS;

  /** Rows of a task that goes through anchors, or through inputs. */
  static final int TASK_ROWS = 2 * TileKernel.ROWS;

  /** Tuples of a tile: an even number of tasks, unless there are no more. */
  final int tuples;

  /** Anchors of a tile. */
  final int anchors;

  /**
   * Values from the inner products of a row with all anchors of a tile to those of the next row.
   */
  final int stride;

  /** The tiling of {@code anchors} and {@code tuples} of n rows. */
  Tiling(int anchors, int tuples, int n, boolean backward) {
    this.anchors = Math.min(ANCHORS, Panels.padded(anchors, 32));
    // Not a multiple of a large power of two, so that rows do not share cache sets.
    this.stride = this.anchors + Simd.PADDING;
    int most = Math.max((backward ? BACKWARD_ROWS : FORWARD_ROWS) / n, TUPLES);
    int some = backward ? Math.clamp(tuples / TILES, TUPLES, most) : most;
    this.tuples = Math.min(Panels.padded(some, 2 * BLOCK), Panels.padded(tuples, BLOCK));
  }

  /** Tasks for {@code count} tuples. */
  static int blocks(int count) {
    return Math.ceilDiv(count, BLOCK);
  }

  /** Tasks of {@link #TASK_ROWS} rows. */
  static int tasks(int count) {
    return Math.ceilDiv(count, TASK_ROWS);
  }
}
