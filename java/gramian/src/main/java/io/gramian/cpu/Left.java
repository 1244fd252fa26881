package io.gramian.cpu;

/**
 * The left operand of a {@link Product}: a view of a matrix in an array, dense along rows or along
 * columns. Rows up to the next multiple of {@link TileKernel#ROWS} must be readable.
 */
sealed interface Left {
  /** Adds the product of {@code TileKernel.ROWS} rows from {@code row} on with a packed block. */
  void multiply(
      TileKernel tiles,
      int row,
      int depthFrom,
      int depth,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int cStride);

  /** Element (r, k) is at {@code at + r * stride + k}. */
  static Left rows(float[] data, int at, int stride) {
    return new Rows(data, at, stride, 1 << 30, 0);
  }

  /** Element (r, k) is at {@code at + k * stride + r}. */
  static Left columns(float[] data, int at, int stride) {
    return new Columns(data, at, stride);
  }

  /** The matrix that the panels hold, from row {@code firstRow} on. */
  static Left of(Panels panels, int firstRow) {
    int columns = panels.columns();
    return new Rows(panels.data(), firstRow * columns, columns, columns, panels.panelSize());
  }

  /** Rows in chunks: see {@link TileKernel#multiplyRows}. */
  record Rows(float[] data, int at, int stride, int chunk, int chunkStride) implements Left {
    @Override
    public void multiply(
        TileKernel tiles,
        int row,
        int depthFrom,
        int depth,
        float[] b,
        int bAt,
        float[] c,
        int cAt,
        int cStride) {
      int from = at + row * stride + depthFrom / chunk * chunkStride + depthFrom % chunk;
      tiles.multiplyRows(data, from, stride, chunk, chunkStride, b, bAt, depth, c, cAt, cStride);
    }
  }

  /** Columns: see {@link TileKernel#multiplyColumns}. */
  record Columns(float[] data, int at, int stride) implements Left {
    @Override
    public void multiply(
        TileKernel tiles,
        int row,
        int depthFrom,
        int depth,
        float[] b,
        int bAt,
        float[] c,
        int cAt,
        int cStride) {
      int from = at + depthFrom * stride + row;
      tiles.multiplyColumns(data, from, stride, b, bAt, depth, c, cAt, cStride);
    }
  }
}
