package io.gramian.cpu.simd;

import java.util.Arrays;

/**
 * Matrix products C = A B and C += A B of one thread; callers split the rows of C into fixed blocks
 * for the threads. Every element of C is a sum of sums over {@link #CHAIN} terms, in the order of
 * the depth, so the result does not depend on how the rows are split.
 *
 * <p>C has room for rows up to the next multiple of {@link TileKernel#ROWS} and for whole panels of
 * columns; what it gets there means nothing.
 */
public final class Gemm {
  /**
   * Depth of a pass: as much of a panel (32 KiB at 32 columns) stays in the first-level cache for
   * all bands of rows, and register tiles of C are loaded and stored rarely.
   */
  private static final int DEPTH = 256;

  /**
   * Terms that are added up one after the other: the error of a float32 sum grows with the length
   * of such chains, and with the number of their sums that are added up in turn.
   */
  private static final int CHAIN = 64;

  private final TileKernel tiles;

  Gemm(TileKernel tiles) {
    this.tiles = tiles;
  }

  /** The register tile. */
  TileKernel tiles() {
    return tiles;
  }

  /** Columns of a panel: a power of two. */
  public int columns() {
    return tiles.columns();
  }

  /**
   * C = A B for the first {@code rows} rows of A.
   *
   * @param cAt where row 0 of C starts
   */
  public void multiply(Left a, int rows, Panels b, float[] c, int cAt, int cStride) {
    int width = b.panels() * b.columns();
    for (int row = 0; row < Panels.paddedRows(rows); row++) {
      Arrays.fill(c, cAt + row * cStride, cAt + row * cStride + width, 0);
    }
    add(a, rows, b, c, cAt, cStride);
  }

  /** C += A B, see {@link #multiply}. */
  public void add(Left a, int rows, Panels b, float[] c, int cAt, int cStride) {
    int columns = b.columns();
    for (int k = 0; k < b.depth(); k += DEPTH) {
      int depth = Math.min(DEPTH, b.depth() - k);
      for (int panel = 0; panel < b.panels(); panel++) {
        for (int row = 0; row < rows; row += TileKernel.ROWS) {
          int at = cAt + row * cStride + panel * columns;
          for (int from = k; from < k + depth; from += CHAIN) {
            int chain = Math.min(CHAIN, k + depth - from);
            int bAt = b.panelAt(panel) + from * columns;
            a.multiply(tiles, row, from, chain, b.data(), bAt, c, at, cStride);
          }
        }
      }
    }
  }
}
