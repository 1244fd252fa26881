package io.gramian.cpu.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.cpu.device.VectorUnit;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Exponentials and their sums against java.lang.Math, in vectors and in scalar code. */
class ExpMathTest {
  private static final List<Simd> ALL =
      List.of(Simd.of(VectorUnit.best()), Simd.of(VectorUnit.none()));
  private static final int COUNT = 1003;

  /** From -86.9 to 0 in uneven steps. */
  private static float[] arguments() {
    float[] x = new float[Panels.padded(COUNT, Simd.PADDING)];
    Arrays.fill(x, Float.NaN);
    for (int i = 0; i < COUNT; i++) {
      float share = i / (COUNT - 1f);
      x[i] = -86.9f * share * share;
    }
    return x;
  }

  @Test
  void exponentialsAreRightToAnUlpOrTwo() {
    float[] x = arguments();
    for (Simd simd : ALL) {
      float[] out = new float[x.length];
      simd.exps().addExp(x, 0, 1, 1, out, 0, COUNT);
      for (int i = 0; i < COUNT; i++) {
        assertThat((double) out[i])
            .as("exp(%s), %s", x[i], simd.hasVectors() ? "vectors" : "scalar")
            .isCloseTo(Math.exp(x[i]), Percentage.withPercentage(2e-5));
      }
    }
  }

  @Test
  void farBelowIsZeroAndNanStays() {
    float[] x = new float[Simd.PADDING];
    x[0] = -88;
    x[1] = -1e30f;
    x[2] = Float.NEGATIVE_INFINITY;
    x[3] = Float.NaN;
    for (Simd simd : ALL) {
      float[] out = new float[x.length];
      simd.exps().addExp(x, 0, 1, 1, out, 0, 4);
      assertThat(Arrays.copyOf(out, 4)).containsExactly(0, 0, 0, Float.NaN);
    }
  }

  @Test
  void differencesFromOneKeepTheirDigits() {
    float[] x = new float[COUNT + Simd.PADDING];
    Arrays.fill(x, -1); // the padding
    for (int i = 0; i < COUNT; i++) {
      x[i] = (float) -Math.exp(-0.02 * i);
    }
    for (Simd simd : ALL) {
      for (int i = 0; i < COUNT; i++) {
        double difference = Math.expm1(0.5 * x[i]);
        assertThat(simd.exps().sumExpm1(x, i, 0.5f, 1))
            .isCloseTo(difference, Percentage.withPercentage(2e-5));
      }
      double sum = 0;
      for (int i = 0; i < COUNT; i++) {
        sum += Math.expm1(0.5 * x[i]);
      }
      assertThat(simd.exps().sumExpm1(x, 0, 0.5f, COUNT))
          .isCloseTo(sum, Percentage.withPercentage(1e-4));
    }
  }

  @Test
  void sumsLeaveThePaddingOut() {
    float[] x = arguments();
    double expected = 0;
    double halves = 0;
    double softplus = 0;
    for (int i = 0; i < COUNT; i++) {
      expected += Math.exp(x[i]);
      halves += Math.exp(x[i] / 2);
      softplus += Math.log1p(Math.exp(0.5 * x[i] + 3));
    }
    for (Simd simd : ALL) {
      ExpMath exps = simd.exps();
      float[] rows = new float[2 * x.length];
      assertThat(exps.addExp(x, 0, 1, 1, new float[x.length], 0, COUNT))
          .isEqualTo(expected, within(1e-6 * expected));
      assertThat(exps.softmaxSums(strip(x, new float[0]), 1, rows, 0, x.length, 0.5f, 0))
          .isEqualTo(halves, within(1e-6 * halves));
      assertThat((double) rows[x.length + COUNT / 2])
          .isEqualTo(Math.exp(x[COUNT / 2]), within(1e-8));
      assertThat(exps.softplus(x, 0, 0.5f, 3, COUNT)).isEqualTo(softplus, within(1e-6 * softplus));
      assertThat(exps.maxima(x, 0, rows, 0, COUNT)).isEqualTo(0);
    }
  }

  @Test
  void weightsAndSigmoidsFollowTheirFormulas() {
    float[] x = arguments();
    float[] maxima = new float[x.length];
    float[] factors = new float[x.length];
    Arrays.fill(maxima, 0.25f);
    Arrays.fill(factors, 3);
    for (Simd simd : ALL) {
      float[] out = new float[x.length];
      ExpMath.RowTerms rows = new ExpMath.RowTerms(0.5f, maxima, factors);
      simd.exps().softmaxWeights(strip(x, out), rows, 2, 0.5f, 7, 0.125f);
      float[] sigmoid = new float[x.length];
      simd.exps().sigmoidWeights(strip(x, sigmoid), 0.5f, 3, 2);
      for (int i = 0; i < COUNT; i++) {
        double weight = 3 * Math.exp(0.5 * (x[i] - 0.25)) + 7 * Math.exp(2 * (x[i] - 0.5)) - 0.125;
        assertThat((double) out[i]).isEqualTo(weight, within(2e-6));
        double s = 2 / (1 + Math.exp(-0.5 * x[i] - 3));
        assertThat((double) sigmoid[i]).isEqualTo(s, within(1e-6 * s));
      }
    }
  }

  /** All arguments as scores. */
  private static Strip strip(float[] scores, float[] weights) {
    Strip strip = new Strip();
    strip.scores = scores;
    strip.weights = weights;
    strip.length = COUNT;
    return strip;
  }
}
