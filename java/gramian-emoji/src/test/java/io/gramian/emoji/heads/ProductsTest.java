package io.gramian.emoji.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductsTest {
  @ParameterizedTest
  @CsvSource({"1,1,1", "3,5,2", "32,64,16", "33,65,17", "70,131,9", "100,3,200"})
  void multipliesRowsWithRows(int m, int k, int n) {
    Random random = new Random(1);
    float[] a = Matrix.gaussian(m, k, 1, random).toFlat();
    float[] b = Matrix.gaussian(n, k, 1, random).toFlat();
    float[] out = Matrix.gaussian(m, n, 1, random).toFlat();
    try (Products products = new Products()) {
      products.multiply(a, b, out, m, k, n);
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double expected = 0;
        for (int p = 0; p < k; p++) {
          expected += (double) a[i * k + p] * b[j * k + p];
        }
        assertThat((double) out[i * n + j]).isCloseTo(expected, within(2e-6 * k));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,5", "16,64", "17,65", "131,200"})
  void transposes(int rows, int columns) {
    float[] from = Matrix.gaussian(rows, columns, 1, new Random(1)).toFlat();
    float[] to = new float[from.length];
    Transposition.copy(from, rows, columns, to);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        assertThat(to[j * rows + i]).isEqualTo(from[i * columns + j]);
      }
    }
  }
}
