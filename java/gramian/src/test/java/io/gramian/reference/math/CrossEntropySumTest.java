package io.gramian.reference.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropySumTest {
  /** Of a target that has all of the probability but 2 e^-margin. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 20, 34, 200})
  void lossesNextToZeroKeepAllDigits(double margin) {
    double[] logits = {7 - margin, 7, 7 - margin};
    CrossEntropySum sum = new CrossEntropySum(logits, 1);
    double loss = sum.add(0, 1, 3, 1, 0, 1);
    double[] gradient = sum.ofScores();
    double tail = Math.exp(-margin);
    Offset<Double> rounding = within(tail * 1e-14);
    assertThat(loss).isCloseTo(Math.log1p(2 * tail), rounding);
    assertThat(gradient[1]).isCloseTo(-2 * tail / (1 + 2 * tail), rounding);
    assertThat(gradient[0]).isCloseTo(tail / (1 + 2 * tail), within(tail * 1e-13));
  }

  @Test
  void aTargetAloneLosesNothing() {
    CrossEntropySum sum = new CrossEntropySum(new double[] {3}, 1);
    assertThat(sum.add(0, 1, 1, 0, 0.1, 1)).isZero();
    assertThat(sum.ofScores()).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNotFiniteGivesNaN(double bad) {
    for (int at = 0; at < 2; at++) {
      double[] logits = {1, 2};
      logits[at] = bad;
      assertThat(new CrossEntropySum(logits, 1).add(0, 1, 2, 0, 0, 1)).isNaN();
    }
  }

  /** Two logits of 2e15 and a bit, which as numbers of their own have no digit after the point. */
  @Test
  void softmaxesOfHugeLogitsKeepTheirDigits() {
    double[] scores = {2e9 + 1e-6, 2e9, 2e9 - 1e-6};
    double factor = 1e6;
    CrossEntropySum sum = new CrossEntropySum(scores, factor);
    double loss = sum.add(0, 1, 3, 1, 0, 1);
    double up = Math.exp(factor * (scores[0] - scores[1]));
    double down = Math.exp(factor * (scores[2] - scores[1]));
    double all = up + 1 + down;
    assertThat(loss).isCloseTo(Math.log(all), within(1e-12));
    assertThat(sum.ofScores())
        .containsExactly(
            new double[] {up / all * factor, (1 / all - 1) * factor, down / all * factor},
            within(1e-12 * factor));
    double ofFactor = (up * (scores[0] - scores[1]) + down * (scores[2] - scores[1])) / all;
    assertThat(sum.ofFactor()).isCloseTo(ofFactor, within(1e-12 * Math.abs(ofFactor)));
    assertThat(CrossEntropySum.softmax(scores, factor, 0, 3))
        .containsExactly(new double[] {up / all, 1 / all, down / all}, within(1e-12));
  }
}
