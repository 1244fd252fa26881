package io.gramian.emoji.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {
  private static final int[] ROWS = {4, 1, 3};

  private static final Products PRODUCTS = new Products();

  @AfterAll
  static void close() {
    PRODUCTS.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.4})
  void gradientsMatchFiniteDifferences(double dropout) {
    Head head = head(dropout);
    Matrix upstream = Matrix.gaussian(ROWS.length, 4, 1, new Random(3));
    head.forward(ROWS, 9);
    head.backward(upstream);
    for (Map.Entry<String, Trained> named : head.trained().entrySet()) {
      Parameter parameter = (Parameter) named.getValue();
      float kept = parameter.value()[0];
      double step = 1e-2;
      parameter.value()[0] = (float) (kept + step);
      double above = inner(head.forward(ROWS, 9), upstream);
      parameter.value()[0] = (float) (kept - step);
      double below = inner(head.forward(ROWS, 9), upstream);
      parameter.value()[0] = kept;
      assertThat((double) parameter.gradient()[0])
          .as(named.getKey())
          .isCloseTo((above - below) / (2 * step), within(2e-3));
    }
  }

  @Test
  void sparseFeaturesTrainAsDenseOnes() {
    int width = 37;
    int[][] indices = {{0, 5, 36}, {}, {1, 2, 3, 17, 20}, {5, 6, 7, 8, 9, 10}};
    float[][] values = {{0.5f, -1, 2}, {}, {1, 1, 3, 4, -2}, {1, 2, 3, 4, 5, 6}};
    Matrix dense = Matrix.zeros(values.length, width);
    for (int i = 0; i < values.length; i++) {
      for (int p = 0; p < indices[i].length; p++) {
        dense.data()[i][indices[i][p]] = values[i][p];
      }
    }
    SparseInput sparseInput = new SparseInput(new Features.Sparse(width, indices, values), 6, 5);
    DenseInput denseInput = new DenseInput(new Features.Dense(dense), 6, 5, PRODUCTS);
    float[][] start = ((LazyRows) sparseInput.trained().get("weights")).rows();
    float[] weights = ((Parameter) denseInput.trained().get("weights")).value();
    for (int f = 0; f < width; f++) {
      for (int u = 0; u < 6; u++) {
        weights[u * width + f] = start[f][u];
      }
    }
    AdamW sparseOptimiser = new AdamW(List.copyOf(sparseInput.trained().values()), 0.1f);
    AdamW denseOptimiser = new AdamW(List.copyOf(denseInput.trained().values()), 0.1f);
    int[][] batches = {{2, 0, 1, 2}, {3, 3}, {0, 2}, {1}, {0, 1, 2, 3}};
    for (int[] batch : batches) {
      float[] fromSparse = new float[batch.length * 6];
      float[] fromDense = new float[batch.length * 6];
      sparseInput.project(batch, fromSparse);
      denseInput.project(batch, fromDense);
      for (int i = 0; i < fromDense.length; i++) {
        assertThat((double) fromSparse[i]).isCloseTo(fromDense[i], within(1e-4));
      }
      float[] gradient = Matrix.gaussian(batch.length, 6, 1, new Random(2)).toFlat();
      sparseInput.backward(batch, gradient);
      denseInput.backward(batch, gradient);
      sparseOptimiser.step(0.01);
      denseOptimiser.step(0.01);
    }
  }

  @Test
  void withoutDropoutEmbedEqualsForward() {
    Head head = head(0);
    assertThat(head.embed(ROWS).toFlat()).isEqualTo(head.forward(ROWS, 1).toFlat());
  }

  @Test
  void dropoutKeepsTheMeanOfManySteps() {
    Head head = head(0.5);
    double expected = head.embed(ROWS).data()[0][0];
    double sum = 0;
    int steps = 4000;
    for (int step = 0; step < steps; step++) {
      sum += head.forward(ROWS, step).data()[0][0];
    }
    assertThat(sum / steps).isCloseTo(expected, within(0.05));
  }

  @Test
  void backwardNeedsForward() {
    assertThatThrownBy(() -> head(0).backward(Matrix.zeros(3, 4)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Head head(double dropout) {
    Random random = new Random(7);
    return new Head(
        new Features.Dense(Matrix.gaussian(6, 5, 1, random)), 16, 4, dropout, 7, PRODUCTS);
  }

  private static double inner(Matrix a, Matrix b) {
    double sum = 0;
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        sum += (double) a.data()[i][j] * b.data()[i][j];
      }
    }
    return sum;
  }
}
