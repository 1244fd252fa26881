package io.gramian.cpu.simd;

import java.util.Arrays;

/**
 * A matrix [depth, width] packed as the right operand of {@link Gemm}: panels of {@link
 * TileKernel#columns} columns, each panel row after row. The width is padded with zeros. Holds any
 * matrix up to its capacity; {@link #resize} before filling.
 */
public final class Panels {
  private final int columns;
  private final float[] data;
  private int depth;
  private int width;

  /** Room for [depth, width]. */
  public Panels(Resources resources, int depth, int width) {
    this.columns = resources.simd().gemm().columns();
    this.data = resources.floats(Math.multiplyExact(depth + 1, padded(width, columns)));
    resize(depth, width);
  }

  /** {@code rows} rounded up to whole blocks of {@link TileKernel#ROWS}. */
  public static int paddedRows(int rows) {
    return padded(rows, TileKernel.ROWS);
  }

  /** {@code count} rounded up to a multiple. */
  public static int padded(int count, int multiple) {
    return (count + multiple - 1) / multiple * multiple;
  }

  /** Gives it another shape within its capacity; the padding becomes zero, the rest undefined. */
  public void resize(int newDepth, int newWidth) {
    depth = newDepth;
    width = newWidth;
    int tail = width % columns;
    if (tail != 0) {
      int last = panelAt(width / columns);
      for (int k = 0; k < depth; k++) {
        Arrays.fill(data, last + k * columns + tail, last + (k + 1) * columns, 0);
      }
    }
  }

  /** Row k of the matrix. */
  public void setRow(int k, float[] row, int from) {
    int at = k * columns;
    int step = panelSize();
    for (int j = 0; j < width; j += columns, at += step) {
      System.arraycopy(row, from + j, data, at, Math.min(columns, width - j));
    }
  }

  /**
   * Columns of the matrix from a block of rows of its transpose: column {@code panel * columns + i}
   * is row i of the block.
   *
   * @param rows row-major with the given stride
   * @param count rows in the block, at most the columns of a panel; the others become zero
   */
  public void setPanelTransposed(int panel, float[] rows, int from, int stride, int count) {
    int at = panelAt(panel);
    Transposition.copy(rows, from, stride, count, depth, data, at, columns);
    for (int k = 0; k < depth && count < columns; k++) {
      Arrays.fill(data, at + k * columns + count, at + (k + 1) * columns, 0);
    }
  }

  /** One element. */
  public float get(int k, int j) {
    return data[panelAt(j / columns) + k * columns + j % columns];
  }

  public int depth() {
    return depth;
  }

  int width() {
    return width;
  }

  public int panels() {
    return (width + columns - 1) / columns;
  }

  /** Columns of a panel. */
  public int columns() {
    return columns;
  }

  float[] data() {
    return data;
  }

  /** Where a panel starts. */
  int panelAt(int panel) {
    return panel * panelSize();
  }

  /**
   * Values from one panel to the next: one row more than the depth, so that the panels of a depth
   * that is a power of two do not share cache sets.
   */
  int panelSize() {
    return (depth + 1) * columns;
  }
}
