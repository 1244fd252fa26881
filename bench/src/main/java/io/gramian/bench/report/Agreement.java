package io.gramian.bench.report;

import io.gramian.Accuracy;
import java.util.Map;

/**
 * How far apart two sets of results are.
 *
 * @param result the largest relative error |x - y| / |y| of a result that is no gradient, over its
 *     whole array
 * @param gradients the same of gradients; 0 if there are none
 */
public record Agreement(double result, double gradients) {
  private static final String GRADIENT = "grad_";

  /** Errors of results against the expected ones, which have the same names. */
  public static Agreement of(Map<String, double[]> results, Map<String, double[]> expected) {
    double result = 0;
    double gradients = 0;
    for (Map.Entry<String, double[]> entry : expected.entrySet()) {
      double error = error(results.get(entry.getKey()), entry.getValue());
      // Math.max keeps a NaN.
      if (entry.getKey().startsWith(GRADIENT)) {
        gradients = Math.max(gradients, error);
      } else {
        result = Math.max(result, error);
      }
    }
    return new Agreement(result, gradients);
  }

  /** Whether both errors are within bounds; a NaN is not. */
  public boolean within(Accuracy bound) {
    return result <= bound.scores() && gradients <= bound.gradients();
  }

  private static double error(double[] values, double[] expected) {
    if (values == null || values.length != expected.length) {
      return Double.NaN;
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (values[i] - expected[i]) * (values[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return difference == 0 ? 0 : Math.sqrt(difference / norm);
  }
}
