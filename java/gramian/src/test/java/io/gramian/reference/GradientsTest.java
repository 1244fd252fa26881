package io.gramian.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.op.Signature.Argument;
import io.gramian.op.Signature.Kind;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of every op against central differences of the op's own results. */
class GradientsTest {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;

  private static final Device DEVICE = Device.open("reference");

  static List<Case> cases() {
    return Cases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsMatchFiniteDifferences(Case c) {
    Set<String> gradients =
        c.arguments(Kind.GRADIENT).stream().map(Argument::name).collect(Collectors.toSet());
    assertThat(gradients).isNotEmpty();
    Bindings computed = c.op().evaluate(DEVICE, c.inputs(), gradients);
    for (String gradient : gradients) {
      double[] expected = differences(c, gradient.substring("grad_".length()));
      double[] actual = computed.get(gradient).toDoubles();
      assertThat(distance(actual, expected))
          .as("%s of %s", gradient, c)
          .isLessThan(TOLERANCE * norm(expected));
    }
  }

  private static double[] differences(Case c, String input) {
    double[] values = c.inputs().get(input).toDoubles();
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double above = objective(c, input, values, i, STEP);
      double below = objective(c, input, values, i, -STEP);
      differences[i] = (above - below) / (2 * STEP);
    }
    return differences;
  }

  /** The sum of all results times their upstream gradients, one element of an input moved. */
  private static double objective(Case c, String input, double[] values, int i, double step) {
    double[] moved = values.clone();
    moved[i] += step;
    long[] shape = c.inputs().get(input).spec().shape();
    Bindings inputs = c.inputs().with(input, Tensor.of(moved, shape));
    double sum = 0;
    for (Argument result : c.arguments(Kind.RESULT)) {
      double[] upstream = c.inputs().get("grad_" + result.name()).toDoubles();
      double[] value =
          c.op().evaluate(DEVICE, inputs, Set.of(result.name())).get(result.name()).toDoubles();
      for (int t = 0; t < value.length; t++) {
        sum += upstream[t] * value[t];
      }
    }
    return sum;
  }

  private static double distance(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return norm(difference);
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
