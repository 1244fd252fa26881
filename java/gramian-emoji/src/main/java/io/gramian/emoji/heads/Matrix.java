package io.gramian.emoji.heads;

import java.util.Arrays;
import java.util.Random;

/**
 * A matrix of floats, each row an array of its own: so the compiler sees that two rows do not
 * overlap and vectorises loops over them.
 *
 * @param data the rows, all of one length
 */
public record Matrix(float[][] data) {

  /**
   * A matrix of zeros.
   *
   * @param rows how many rows
   * @param columns how many columns
   * @return the matrix
   */
  public static Matrix zeros(int rows, int columns) {
    return new Matrix(new float[rows][columns]);
  }

  /**
   * A matrix of independent normal values.
   *
   * @param rows how many rows
   * @param columns how many columns
   * @param deviation the standard deviation
   * @param random the source of chance
   * @return the matrix
   */
  public static Matrix gaussian(int rows, int columns, double deviation, Random random) {
    Matrix matrix = zeros(rows, columns);
    for (float[] row : matrix.data) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) (deviation * random.nextGaussian());
      }
    }
    return matrix;
  }

  /**
   * A matrix from contiguous values.
   *
   * @param values row-major
   * @param columns how many columns; divides the length
   * @return a copy as a matrix
   */
  public static Matrix ofFlat(float[] values, int columns) {
    float[][] rows = new float[values.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns));
    return new Matrix(rows);
  }

  /**
   * The number of rows.
   *
   * @return 0 or more
   */
  public int rows() {
    return data.length;
  }

  /**
   * The number of columns.
   *
   * @return 0 where there are no rows
   */
  public int columns() {
    return data.length == 0 ? 0 : data[0].length;
  }

  /**
   * The values row by row.
   *
   * @return a copy
   */
  public float[] toFlat() {
    int columns = columns();
    float[] flat = new float[rows() * columns];
    for (int i = 0; i < rows(); i++) {
      System.arraycopy(data[i], 0, flat, i * columns, columns);
    }
    return flat;
  }

  /**
   * The transposed matrix.
   *
   * @return a copy
   */
  public Matrix transposed() {
    Matrix result = zeros(columns(), rows());
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns(); j++) {
        result.data[j][i] = data[i][j];
      }
    }
    return result;
  }

  /**
   * Adds a multiple of another matrix.
   *
   * @param factor what the other is multiplied by
   * @param other a matrix of the same shape
   */
  public void addScaled(float factor, Matrix other) {
    for (int i = 0; i < rows(); i++) {
      addScaled(factor, other.data[i], data[i]);
    }
  }

  /** {@code out += factor * row}. */
  static void addScaled(float factor, float[] row, float[] out) {
    for (int j = 0; j < out.length; j++) {
      out[j] += factor * row[j];
    }
  }
}
