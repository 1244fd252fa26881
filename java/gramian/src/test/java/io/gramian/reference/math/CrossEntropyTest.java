package io.gramian.reference.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyTest {
  /** Of a target that has all of the probability but 2 e^-margin. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 20, 34, 200})
  void lossesNextToZeroKeepAllDigits(double margin) {
    double[] logits = {7 - margin, 7, 7 - margin};
    double[] gradient = new double[3];
    double loss = CrossEntropy.add(logits, 0, 1, 3, 1, 0, 1, gradient);
    double tail = Math.exp(-margin);
    Offset<Double> rounding = within(tail * 1e-14);
    assertThat(loss).isCloseTo(Math.log1p(2 * tail), rounding);
    assertThat(gradient[1]).isCloseTo(-2 * tail / (1 + 2 * tail), rounding);
    assertThat(gradient[0]).isCloseTo(tail / (1 + 2 * tail), within(tail * 1e-13));
  }

  @Test
  void aTargetAloneLosesNothing() {
    double[] gradient = new double[1];
    assertThat(CrossEntropy.add(new double[] {3}, 0, 1, 1, 0, 0.1, 1, gradient)).isZero();
    assertThat(gradient).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNotFiniteGivesNaN(double bad) {
    for (int at = 0; at < 2; at++) {
      double[] logits = {1, 2};
      logits[at] = bad;
      assertThat(CrossEntropy.add(logits, 0, 1, 2, 0, 0, 1, new double[2])).isNaN();
    }
  }
}
