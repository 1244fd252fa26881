package io.gramian.cli.nn;

import java.util.stream.IntStream;

/**
 * Products in plain loops. Rows of the result are shared out among the cores; each is summed in one
 * fixed order, so results do not depend on the number of threads.
 */
final class PlainProducts implements Products {
  /**
   * Rows of the right factor taken at a time, so that they stay in the cache for many result rows.
   */
  private static final int DEPTH_BLOCK = 64;

  /** Rows of the result per parallel task. */
  private static final int ROW_BLOCK = 32;

  @Override
  public void addProduct(Matrix a, Matrix b, Matrix out) {
    int blocks = Math.ceilDiv(out.rows(), ROW_BLOCK);
    IntStream.range(0, blocks)
        .parallel()
        .forEach(block -> addRows(a.data(), b.data(), out.data(), block * ROW_BLOCK));
  }

  @Override
  public void addTransposedProduct(Matrix a, Matrix b, Matrix out) {
    addProduct(a.transposed(), b, out);
  }

  @Override
  public void addProductTransposed(Matrix a, Matrix b, Matrix out) {
    addProduct(a, b.transposed(), out);
  }

  @Override
  public void close() {}

  private static void addRows(float[][] a, float[][] b, float[][] out, int firstRow) {
    int lastRow = Math.min(firstRow + ROW_BLOCK, out.length);
    for (int depth = 0; depth < b.length; depth += DEPTH_BLOCK) {
      int end = Math.min(depth + DEPTH_BLOCK, b.length);
      for (int i = firstRow; i < lastRow; i++) {
        addCombination(a[i], b, depth, end, out[i]);
      }
    }
  }

  /** {@code out += sum of a[p] b[p]} for p from {@code begin} to {@code end}. */
  private static void addCombination(float[] a, float[][] b, int begin, int end, float[] out) {
    int p = begin;
    for (; p + 4 <= end; p += 4) {
      addFour(a[p], b[p], a[p + 1], b[p + 1], a[p + 2], b[p + 2], a[p + 3], b[p + 3], out);
    }
    for (; p < end; p++) {
      Matrix.addScaled(a[p], b[p], out);
    }
  }

  /** Four rows at once: one load and one store of the result for four multiplications. */
  private static void addFour(
      float a0,
      float[] b0,
      float a1,
      float[] b1,
      float a2,
      float[] b2,
      float a3,
      float[] b3,
      float[] out) {
    for (int j = 0; j < out.length; j++) {
      out[j] += a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }
}
