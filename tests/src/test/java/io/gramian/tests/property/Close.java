package io.gramian.tests.property;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;

/** Comparison of results by the norm of their difference. */
final class Close {
  private Close() {}

  /**
   * Asserts |actual - expected| &lt;= tolerance (|expected| + floor), the floor being what rounding
   * makes of a result that is zero.
   */
  static void assertClose(
      String what, double[] actual, double[] expected, double tolerance, double floor) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    assertThat(Math.sqrt(difference))
        .as("%s: distance of the results", what)
        .isLessThanOrEqualTo(tolerance * (Math.sqrt(norm) + floor));
  }

  static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
    assertClose(what, actual, expected, tolerance, 1e-2);
  }

  static void assertClose(String what, double actual, double expected, double tolerance) {
    assertClose(what, new double[] {actual}, new double[] {expected}, tolerance);
  }

  /** All results but the named ones. */
  static void assertSame(
      Map<String, double[]> actual,
      Map<String, double[]> expected,
      double tolerance,
      String... but) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    Set<String> left = Set.of(but);
    expected.forEach(
        (name, values) -> {
          if (!left.contains(name)) {
            assertClose(name, actual.get(name), values, tolerance);
          }
        });
  }
}
