package io.gramian.cpu.simd;

/**
 * The left operand of a {@link Gemm}. Rows up to the next multiple of {@link TileKernel#ROWS} must
 * be readable.
 */
public sealed interface Left {
  /**
   * Adds the product of a band of {@code TileKernel.ROWS} rows with a packed block.
   *
   * @param row the first of the rows
   */
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

  /** A view: element (r, k) is at {@code at + r * stride + k}. */
  static Left rows(float[] data, int at, int stride) {
    return new Rows(data, at, stride);
  }

  /**
   * Packed rows from a band on.
   *
   * @param band the one that has row 0
   */
  static Left packed(Bands bands, int band) {
    return new Packed(bands, band);
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

  /** Packed: see {@link TileKernel#multiplyPacked}. */
  record Packed(Bands bands, int band) implements Left {
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
      int from = bands.bandAt(band + row / TileKernel.ROWS) + depthFrom * TileKernel.ROWS;
      tiles.multiplyPacked(bands.data(), from, b, bAt, depth, c, cAt, cStride);
    }
  }
}
