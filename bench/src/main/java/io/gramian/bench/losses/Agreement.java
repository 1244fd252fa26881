package io.gramian.bench.losses;

import java.util.Map;

/**
 * How far apart two sets of results are.
 *
 * @param loss relative error of the loss
 * @param gradients the largest relative error |x - y| / |y| of a gradient, over its whole array
 */
public record Agreement(double loss, double gradients) {
  /** Errors of results against the expected ones, which have the same names. */
  public static Agreement of(Map<String, double[]> results, Map<String, double[]> expected) {
    double gradients = 0;
    for (Map.Entry<String, double[]> entry : expected.entrySet()) {
      if (!entry.getKey().equals("loss")) {
        // Math.max keeps a NaN.
        gradients = Math.max(gradients, error(results.get(entry.getKey()), entry.getValue()));
      }
    }
    return new Agreement(error(results.get("loss"), expected.get("loss")), gradients);
  }

  /** Whether both errors are within bounds; a NaN is not. */
  public boolean within(Agreement bound) {
    return loss <= bound.loss && gradients <= bound.gradients;
  }

  private static double error(double[] values, double[] expected) {
    if (values == null || values.length != expected.length) {
      return Double.NaN;
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.hypot(difference, values[i] - expected[i]);
      norm = Math.hypot(norm, expected[i]);
    }
    return difference == 0 ? 0 : difference / norm;
  }
}
