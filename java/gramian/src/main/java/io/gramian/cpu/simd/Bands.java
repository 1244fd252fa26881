package io.gramian.cpu.simd;

/**
 * A matrix [rows, depth] packed as the left operand of {@link Gemm}: bands of {@link
 * TileKernel#ROWS} rows, each band column after column. Rows that fill up the last band hold
 * whatever was there. Takes any matrix up to its capacity.
 */
public final class Bands {
  private final TileKernel tiles;
  private final float[] data;
  private int depth;

  /** Room for [rows, depth]. */
  public Bands(Resources resources, int rows, int depth) {
    this.tiles = resources.simd().gemm().tiles();
    int values = Math.multiplyExact(Panels.paddedRows(rows), depth);
    this.data = resources.floats(Simd.room(values));
    this.depth = depth;
  }

  /**
   * Takes rows that lie row after row.
   *
   * @param band number of the band
   * @param count rows, at most those of a band
   */
  public void setRows(int band, float[] rows, int from, int stride, int count) {
    Transposition.copy(rows, from, stride, count, depth, data, bandAt(band), TileKernel.ROWS);
  }

  /**
   * Takes a matrix that lies column after column: element (r, k) at {@code from + k * stride + r},
   * with room for whole bands and {@link Simd#PADDING} more.
   *
   * @return the matrix, valid until the next one is taken
   */
  public Left ofColumns(float[] columns, int from, int stride, int count, int newDepth) {
    depth = newDepth;
    for (int row = 0; row < count; row += TileKernel.ROWS) {
      int band = row / TileKernel.ROWS;
      tiles.packColumns(columns, from + row, stride, depth, data, bandAt(band));
    }
    return Left.packed(this, 0);
  }

  /** One element. */
  public float get(int row, int k) {
    return data[bandAt(row / TileKernel.ROWS) + k * TileKernel.ROWS + row % TileKernel.ROWS];
  }

  float[] data() {
    return data;
  }

  /** Where a band starts. */
  int bandAt(int band) {
    return band * TileKernel.ROWS * depth;
  }
}
