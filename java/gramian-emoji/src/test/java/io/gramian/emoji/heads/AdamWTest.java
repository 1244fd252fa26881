package io.gramian.emoji.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdamWTest {
  @Test
  void theFirstStepHasTheLengthOfTheRateWhateverTheGradient() {
    Parameter parameter = parameter(false, 1, 2);
    setGradient(parameter, 1e-3f, -50);
    new AdamW(List.of(parameter), 0).step(0.1);
    assertThat(value(parameter, 0)).isCloseTo(0.9, within(1e-5));
    assertThat(value(parameter, 1)).isCloseTo(2.1, within(1e-5));
  }

  @Test
  void followsTheFormulaOverSeveralSteps() {
    double rate = 0.01;
    double decay = 0.2;
    double value = 0.7;
    double mean = 0;
    double square = 0;
    Parameter parameter = parameter(true, (float) value);
    AdamW optimiser = new AdamW(List.of(parameter), (float) decay);
    for (int t = 1; t <= 20; t++) {
      double gradient = Math.sin(t) + 0.3;
      mean = 0.9 * mean + 0.1 * gradient;
      square = 0.999 * square + 0.001 * gradient * gradient;
      double unbiasedMean = mean / (1 - Math.pow(0.9, t));
      double unbiasedSquare = square / (1 - Math.pow(0.999, t));
      value -= rate * decay * value;
      value -= rate * unbiasedMean / (Math.sqrt(unbiasedSquare) + 1e-8);
      setGradient(parameter, (float) gradient);
      optimiser.step(rate);
    }
    assertThat(value(parameter, 0)).isCloseTo(value, within(1e-5));
  }

  @Test
  void decaysWeightsAndNotBiases() {
    Parameter weight = parameter(true, 4);
    Parameter bias = parameter(false, 4);
    new AdamW(List.of(weight, bias), 0.5f).step(0.1);
    assertThat(value(weight, 0)).isCloseTo(4 * 0.95, within(1e-6));
    assertThat(value(bias, 0)).isEqualTo(4);
  }

  @Test
  void aStepClearsTheGradient() {
    Parameter parameter = parameter(false, 1);
    setGradient(parameter, 3);
    new AdamW(List.of(parameter), 0).step(0.1);
    assertThat(parameter.gradient()[0]).isZero();
  }

  private static Parameter parameter(boolean decay, float... values) {
    return new Parameter(values, decay);
  }

  private static void setGradient(Parameter parameter, float... gradient) {
    System.arraycopy(gradient, 0, parameter.gradient(), 0, gradient.length);
  }

  private static double value(Parameter parameter, int i) {
    return parameter.value()[i];
  }
}
