package io.gramian.cpu.simd;

import java.util.Arrays;

/** Blocks without the Vector API; the compiler vectorises the inner loop where it can. */
final class ScalarTiles implements TileKernel {
  private static final int COLUMNS = 16;

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void multiplyRows(
      float[] a,
      int aAt,
      int rowStride,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStride) {
    float[] sums = new float[COLUMNS];
    for (int r = 0; r < ROWS; r++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < depth; k++) {
        addRow(a[aAt + r * rowStride + k], b, bAt + k * COLUMNS, sums, 0);
      }
      addRow(1, sums, 0, c, cAt + r * cStride);
    }
  }

  @Override
  public void multiplyPacked(
      float[] a, int aAt, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
    float[] sums = new float[COLUMNS];
    for (int r = 0; r < ROWS; r++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < depth; k++) {
        addRow(a[aAt + k * ROWS + r], b, bAt + k * COLUMNS, sums, 0);
      }
      addRow(1, sums, 0, c, cAt + r * cStride);
    }
  }

  @Override
  public void packColumns(float[] from, int at, int stride, int depth, float[] to, int toAt) {
    for (int k = 0; k < depth; k++) {
      System.arraycopy(from, at + k * stride, to, toAt + k * ROWS, ROWS);
    }
  }

  private static void addRow(float factor, float[] b, int bAt, float[] c, int cAt) {
    for (int j = 0; j < COLUMNS; j++) {
      c[cAt + j] += factor * b[bAt + j];
    }
  }
}
