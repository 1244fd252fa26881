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
    return new Rows(data, at, stride);
  }

  /** Element (r, k) is at {@code at + k * stride + r}. */
  static Left columns(float[] data, int at, int stride) {
    return new Columns(data, at, stride);
  }

  /** Rows: see {@link TileKernel#multiplyRows}. */
  record Rows(float[] data, int at, int stride) implements Left {
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
      int from = at + row * stride + depthFrom;
      tiles.multiplyRows(data, from, stride, b, bAt, depth, c, cAt, cStride);
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
