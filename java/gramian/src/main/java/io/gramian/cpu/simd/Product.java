package io.gramian.cpu.simd;

import io.gramian.cpu.device.Workers;
import java.util.Arrays;

/**
 * Matrix products C = A B or C += A B of one thread; callers split the rows of C into fixed blocks
 * for {@link Workers}. Every element of C is a sum in the order of the depth, so the result does
 * not depend on how the rows are split.
 */
public final class Product {
  /**
   * Depth of a pass: as much of a panel (32 KiB at 32 columns) stays in the first-level cache for
   * all bands of rows, and blocks of C are loaded and stored rarely.
   */
  private static final int DEPTH = 256;

  private Product() {}

  /**
   * Multiplies rows {@code rowFrom} to {@code rowTo} of A, {@code rowFrom} a multiple of {@link
   * TileKernel#ROWS}, by B. C has room for rows up to the next multiple of {@link TileKernel#ROWS}
   * and for whole panels of columns; what it gets there means nothing.
   *
   * @param cAt where row 0 of C starts
   */
  public static void multiply(
      TileKernel tiles,
      Left a,
      int rowFrom,
      int rowTo,
      Panels b,
      float[] c,
      int cAt,
      int cStride,
      boolean accumulate) {
    int columns = b.columns();
    if (!accumulate) {
      int width = b.panels() * columns;
      for (int row = rowFrom; row < Panels.paddedRows(rowTo); row++) {
        Arrays.fill(c, cAt + row * cStride, cAt + row * cStride + width, 0);
      }
    }
    for (int k = 0; k < b.depth(); k += DEPTH) {
      int depth = Math.min(DEPTH, b.depth() - k);
      for (int panel = 0; panel < b.panels(); panel++) {
        int bAt = b.panelAt(panel) + k * columns;
        for (int row = rowFrom; row < rowTo; row += TileKernel.ROWS) {
          int at = cAt + row * cStride + panel * columns;
          a.multiply(tiles, row, k, depth, b.data(), bAt, c, at, cStride);
        }
      }
    }
  }
}
