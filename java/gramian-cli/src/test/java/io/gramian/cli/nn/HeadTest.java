package io.gramian.cli.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {
  private static final int[] ROWS = {4, 1, 3};

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.4})
  void gradientsMatchFiniteDifferences(double dropout) {
    Head head = head(dropout);
    Matrix upstream = Matrix.gaussian(ROWS.length, 4, 1, new Random(3));
    head.forward(ROWS, new Random(9));
    head.backward(upstream);
    for (Parameter parameter : head.parameters()) {
      float[] row = parameter.value().data()[0];
      float kept = row[0];
      double step = 1e-2;
      row[0] = (float) (kept + step);
      double above = inner(head.forward(ROWS, new Random(9)), upstream);
      row[0] = (float) (kept - step);
      double below = inner(head.forward(ROWS, new Random(9)), upstream);
      row[0] = kept;
      assertThat((double) parameter.gradient().data()[0][0])
          .isCloseTo((above - below) / (2 * step), within(2e-3));
    }
  }

  @Test
  void withoutDropoutEmbedEqualsForward() {
    Head head = head(0);
    assertThat(head.embed(ROWS).toFlat()).isEqualTo(head.forward(ROWS, new Random(1)).toFlat());
  }

  @Test
  void dropoutKeepsTheMeanOfManyPasses() {
    Head head = head(0.5);
    double expected = head.embed(ROWS).data()[0][0];
    Random random = new Random(5);
    double sum = 0;
    int passes = 4000;
    for (int i = 0; i < passes; i++) {
      sum += head.forward(ROWS, random).data()[0][0];
    }
    assertThat(sum / passes).isCloseTo(expected, within(0.05));
  }

  @Test
  void backwardNeedsForward() {
    assertThatThrownBy(() -> head(0).backward(Matrix.zeros(3, 4)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Head head(double dropout) {
    Random random = new Random(7);
    return new Head(
        new Features.Dense(Matrix.gaussian(6, 5, 1, random)),
        16,
        4,
        dropout,
        random,
        new PlainProducts());
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
