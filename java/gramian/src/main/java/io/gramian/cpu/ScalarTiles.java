package io.gramian.cpu;

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
    for (int r = 0; r < ROWS; r++) {
      for (int k = 0; k < depth; k++) {
        float factor = a[aAt + r * rowStride + k];
        addRow(factor, b, bAt + k * COLUMNS, c, cAt + r * cStride);
      }
    }
  }

  @Override
  public void multiplyColumns(
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStride) {
    for (int k = 0; k < depth; k++) {
      for (int r = 0; r < ROWS; r++) {
        addRow(a[aAt + k * aStride + r], b, bAt + k * COLUMNS, c, cAt + r * cStride);
      }
    }
  }

  private static void addRow(float factor, float[] b, int bAt, float[] c, int cAt) {
    for (int j = 0; j < COLUMNS; j++) {
      c[cAt + j] += factor * b[bAt + j];
    }
  }
}
