package io.gramian.cli.nn;

import java.util.stream.IntStream;

/**
 * The raw inputs of one modality, a row per sample, dense or sparse, for the first layer of a head.
 */
public sealed interface Features {
  /**
   * The length of a row.
   *
   * @return the number of features
   */
  int width();

  /**
   * {@code out += x w} for the chosen rows x.
   *
   * @param products how to multiply
   * @param rows the samples
   * @param weights [width, n]
   * @param out [rows, n]
   */
  void addProjection(Products products, int[] rows, Matrix weights, Matrix out);

  /**
   * {@code weightGradient += x^T outGradient} for the chosen rows x.
   *
   * @param products how to multiply
   * @param rows the samples
   * @param outGradient [rows, n]
   * @param weightGradient [width, n]
   */
  void addWeightGradient(Products products, int[] rows, Matrix outGradient, Matrix weightGradient);

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

    @Override
    public void addProjection(Products products, int[] rows, Matrix weights, Matrix out) {
      products.addProduct(pick(rows), weights, out);
    }

    @Override
    public void addWeightGradient(
        Products products, int[] rows, Matrix outGradient, Matrix weightGradient) {
      products.addTransposedProduct(pick(rows), outGradient, weightGradient);
    }

    private Matrix pick(int[] rows) {
      float[][] picked = new float[rows.length][];
      for (int i = 0; i < rows.length; i++) {
        picked[i] = values.data()[rows[i]];
      }
      return new Matrix(picked);
    }
  }

  /**
   * Rows in which few features have a value.
   *
   * @param width the number of features
   * @param indices for each sample the features that have a value, ascending
   * @param values for each sample their values
   */
  record Sparse(int width, int[][] indices, float[][] values) implements Features {
    /** Parts of the weight gradient, each summed by one thread in sample order. */
    private static final int PARTS = 16;

    @Override
    public void addProjection(Products products, int[] rows, Matrix weights, Matrix out) {
      IntStream.range(0, rows.length)
          .parallel()
          .forEach(
              i -> {
                int[] index = indices[rows[i]];
                float[] value = values[rows[i]];
                for (int p = 0; p < index.length; p++) {
                  Matrix.addScaled(value[p], weights.data()[index[p]], out.data()[i]);
                }
              });
    }

    @Override
    public void addWeightGradient(
        Products products, int[] rows, Matrix outGradient, Matrix weightGradient) {
      IntStream.range(0, PARTS)
          .parallel()
          .forEach(part -> addPart(part, rows, outGradient, weightGradient));
    }

    private void addPart(int part, int[] rows, Matrix outGradient, Matrix weightGradient) {
      for (int i = 0; i < rows.length; i++) {
        int[] index = indices[rows[i]];
        float[] value = values[rows[i]];
        for (int p = 0; p < index.length; p++) {
          if (index[p] % PARTS == part) {
            Matrix.addScaled(value[p], outGradient.data()[i], weightGradient.data()[index[p]]);
          }
        }
      }
    }
  }
}
