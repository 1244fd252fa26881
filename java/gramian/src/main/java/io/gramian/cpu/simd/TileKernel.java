package io.gramian.cpu.simd;

/**
 * The innermost block of a gemm: C += A B for {@link #ROWS} rows and {@link #columns} columns of C,
 * whose products are summed in registers over the depth, in the order of k, and then added to C.
 * The right operand is packed: row k of the block is {@code columns()} neighbours at {@code bAt + k
 * * columns()}.
 */
public interface TileKernel {
  /** Rows of a block. */
  int ROWS = 12;

  /** Columns of a block: a power of two. */
  int columns();

  /** A is given by rows: element (r, k) is at {@code aAt + r * rowStride + k}. */
  void multiplyRows(
      float[] a,
      int aAt,
      int rowStride,
      float[] b,
      int bAt,
      int depth,
      float[] c,
      int cAt,
      int cStride);

  /** A is packed (see {@link Bands}): element (r, k) is at {@code aAt + k * ROWS + r}. Faster. */
  void multiplyPacked(
      float[] a, int aAt, float[] b, int bAt, int depth, float[] c, int cAt, int cStride);

  /**
   * Packs a block that is given by columns, element (r, k) at {@code at + k * stride + r}. Reads
   * and writes up to {@link Simd#PADDING} values more.
   */
  void packColumns(float[] from, int at, int stride, int depth, float[] to, int toAt);
}
