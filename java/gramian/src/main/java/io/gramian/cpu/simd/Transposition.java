package io.gramian.cpu.simd;

/** Copies of matrices with rows and columns exchanged. */
public final class Transposition {
  /** Rows that are read at once, so that the compiler keeps their places in registers. */
  private static final int GROUP = 8;

  private Transposition() {}

  /** to[k][i] = from[i][k] for i below {@code rows} and k below {@code columns}. */
  public static void copy(
      float[] from,
      int fromAt,
      int fromStride,
      int rows,
      int columns,
      float[] to,
      int toAt,
      int toStride) {
    int i = 0;
    for (; i <= rows - GROUP; i += GROUP) {
      copyGroup(from, fromAt + i * fromStride, fromStride, columns, to, toAt + i, toStride);
    }
    for (; i < rows; i++) {
      for (int k = 0; k < columns; k++) {
        to[toAt + k * toStride + i] = from[fromAt + i * fromStride + k];
      }
    }
  }

  private static void copyGroup(
      float[] from, int row0, int fromStride, int columns, float[] to, int toAt, int toStride) {
    int row1 = row0 + fromStride;
    int row2 = row1 + fromStride;
    int row3 = row2 + fromStride;
    int row4 = row3 + fromStride;
    int row5 = row4 + fromStride;
    int row6 = row5 + fromStride;
    int row7 = row6 + fromStride;
    for (int k = 0; k < columns; k++) {
      int at = toAt + k * toStride;
      to[at] = from[row0 + k];
      to[at + 1] = from[row1 + k];
      to[at + 2] = from[row2 + k];
      to[at + 3] = from[row3 + k];
      to[at + 4] = from[row4 + k];
      to[at + 5] = from[row5 + k];
      to[at + 6] = from[row6 + k];
      to[at + 7] = from[row7 + k];
    }
  }
}
