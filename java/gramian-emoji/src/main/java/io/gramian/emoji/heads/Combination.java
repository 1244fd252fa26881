package io.gramian.emoji.heads;

/** Sums of rows with factors. */
final class Combination {
  private Combination() {}

  /**
   * {@code out += sum of factors[p] rows[index[p]]} for p from {@code begin} to {@code end}, in
   * this order. Four rows at once: one load and one store of the result for four multiplications.
   */
  static void add(float[] factors, float[][] rows, int[] index, int begin, int end, float[] out) {
    int p = begin;
    for (; p + 4 <= end; p += 4) {
      addFour(
          factors[p],
          rows[index[p]],
          factors[p + 1],
          rows[index[p + 1]],
          factors[p + 2],
          rows[index[p + 2]],
          factors[p + 3],
          rows[index[p + 3]],
          out);
    }
    for (; p < end; p++) {
      Matrix.addScaled(factors[p], rows[index[p]], out);
    }
  }

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
