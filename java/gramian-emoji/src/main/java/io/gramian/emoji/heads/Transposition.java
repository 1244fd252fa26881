package io.gramian.emoji.heads;

import java.util.stream.IntStream;

/** Copies a matrix with rows and columns exchanged. */
final class Transposition {
  /** Columns that a task transposes: the pieces of rows it writes to stay in the cache. */
  private static final int BLOCK = 64;

  /** Rows that are read at once, so that a whole cache line of the result is written. */
  private static final int GROUP = 16;

  private Transposition() {}

  /**
   * Transposes.
   *
   * @param from [rows, columns]
   * @param to [columns, rows]
   */
  static void copy(float[] from, int rows, int columns, float[] to) {
    IntStream.range(0, Math.ceilDiv(columns, BLOCK))
        .parallel()
        .forEach(
            block -> {
              int begin = block * BLOCK;
              int end = Math.min(begin + BLOCK, columns);
              for (int i = 0; i < rows; i += GROUP) {
                copyGroup(from, i, Math.min(i + GROUP, rows), rows, begin, end, columns, to);
              }
            });
  }

  private static void copyGroup(
      float[] from, int first, int last, int rows, int begin, int end, int columns, float[] to) {
    for (int j = begin; j < end; j++) {
      for (int i = first; i < last; i++) {
        to[j * rows + i] = from[i * columns + j];
      }
    }
  }
}
