package io.gramian.cli.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductsTest {
  private static final Products PLAIN = new PlainProducts();

  @ParameterizedTest
  @CsvSource({"1,1,1", "3,5,2", "32,64,16", "33,65,17", "70,131,9", "100,3,200"})
  void addsTheProduct(int m, int k, int n) {
    try (Device reference = Device.open("reference");
        Device cpu = Device.open("cpu");
        Products plain = Products.on(reference);
        Products engine = Products.on(cpu)) {
      assertThat(plain).isInstanceOf(PlainProducts.class);
      assertThat(engine).isInstanceOf(EngineProducts.class);
      addsTheProduct(plain, m, k, n);
      addsTheProduct(engine, m, k, n);
    }
  }

  private static void addsTheProduct(Products products, int m, int k, int n) {
    addsTheProduct(products::addProduct, m, k, n);
    addsTheProduct((a, b, out) -> products.addTransposedProduct(a.transposed(), b, out), m, k, n);
    addsTheProduct((a, b, out) -> products.addProductTransposed(a, b.transposed(), out), m, k, n);
  }

  private interface Product {
    void add(Matrix a, Matrix b, Matrix out);
  }

  private static void addsTheProduct(Product product, int m, int k, int n) {
    Random random = new Random(1);
    Matrix a = Matrix.gaussian(m, k, 1, random);
    Matrix b = Matrix.gaussian(k, n, 1, random);
    Matrix out = Matrix.gaussian(m, n, 1, random);
    double[][] expected = new double[m][n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        expected[i][j] = out.data()[i][j];
        for (int p = 0; p < k; p++) {
          expected[i][j] += (double) a.data()[i][p] * b.data()[p][j];
        }
      }
    }
    product.add(a, b, out);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        assertThat((double) out.data()[i][j]).isCloseTo(expected[i][j], within(k));
      }
    }
  }

  @Test
  void sparseFeaturesEqualDenseOnes() {
    Random random = new Random(2);
    int width = 37;
    int[][] indices = {{0, 5, 36}, {}, {1, 2, 3, 17, 20}};
    float[][] values = {{0.5f, -1, 2}, {}, {1, 1, 3, 4, -2}};
    Matrix dense = Matrix.zeros(3, width);
    for (int i = 0; i < 3; i++) {
      for (int p = 0; p < indices[i].length; p++) {
        dense.data()[i][indices[i][p]] = values[i][p];
      }
    }
    Features sparseFeatures = new Features.Sparse(width, indices, values);
    Features denseFeatures = new Features.Dense(dense);
    int[] rows = {2, 0, 1, 2};
    Matrix weights = Matrix.gaussian(width, 6, 1, random);
    Matrix gradient = Matrix.gaussian(rows.length, 6, 1, random);
    assertClose(project(sparseFeatures, rows, weights), project(denseFeatures, rows, weights));
    assertClose(
        weightGradient(sparseFeatures, rows, gradient),
        weightGradient(denseFeatures, rows, gradient));
  }

  private static Matrix project(Features features, int[] rows, Matrix weights) {
    Matrix out = Matrix.zeros(rows.length, weights.columns());
    features.addProjection(PLAIN, rows, weights, out);
    return out;
  }

  private static Matrix weightGradient(Features features, int[] rows, Matrix gradient) {
    Matrix out = Matrix.zeros(features.width(), gradient.columns());
    features.addWeightGradient(PLAIN, rows, gradient, out);
    return out;
  }

  private static void assertClose(Matrix actual, Matrix expected) {
    float[] a = actual.toFlat();
    float[] e = expected.toFlat();
    assertThat(a).hasSameSizeAs(e);
    for (int i = 0; i < a.length; i++) {
      assertThat((double) a[i]).isCloseTo(e[i], within(10));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(int terms) {
    return org.assertj.core.data.Offset.offset(2e-6 * terms);
  }
}
