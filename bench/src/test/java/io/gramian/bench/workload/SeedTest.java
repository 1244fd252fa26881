package io.gramian.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Tensor;
import io.gramian.bench.report.Subject;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A seed fixes all inputs, and another one changes all that are random. */
class SeedTest {
  @ParameterizedTest
  @MethodSource("io.gramian.bench.workload.Workloads#small")
  void inputsDependOnTheSeedAlone(Subject subject) {
    Map<String, double[]> once = inputs(subject, 3);

    assertThat(inputs(subject, 3)).usingRecursiveComparison().isEqualTo(once);
    Map<String, double[]> other = inputs(subject, 4);
    assertThat(other).hasSameSizeAs(once);
    other.forEach(
        (name, values) -> {
          if (values.length > 1) {
            assertThat(values).as(name).isNotEqualTo(once.get(name));
          }
        });
  }

  /** Those that are numbers, not labels. */
  private static Map<String, double[]> inputs(Subject subject, long seed) {
    Map<String, double[]> values = new TreeMap<>();
    try (Arena arena = Arena.ofShared()) {
      for (Map.Entry<String, Tensor> input :
          Workloads.problem(subject, seed, arena).inputs().asMap().entrySet()) {
        if (input.getValue().dtype() != DType.I32) {
          values.put(input.getKey(), input.getValue().toDoubles());
        }
      }
    }
    return values;
  }
}
