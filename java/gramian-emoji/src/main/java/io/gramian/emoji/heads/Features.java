package io.gramian.emoji.heads;

/** The raw inputs of one modality, a row per sample, for the first layer of a head. */
public sealed interface Features {
  /**
   * The length of a row.
   *
   * @return the number of features
   */
  int width();

  /**
   * Rows in which every feature has a value.
   *
   * @param values [samples, width]
   */
  record Dense(Matrix values) implements Features {
    @Override
    public int width() {
      return values.columns();
    }
  }

  /**
   * Rows in which few features have a value.
   *
   * @param width the number of features
   * @param indices for each sample the features that have a value, ascending
   * @param values for each sample their values
   */
  record Sparse(int width, int[][] indices, float[][] values) implements Features {}
}
