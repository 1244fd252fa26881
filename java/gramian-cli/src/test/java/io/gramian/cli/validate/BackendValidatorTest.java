package io.gramian.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.op.Ops;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackendValidatorTest {
  @Test
  void everyOpHasCases() {
    assertThat(CaseTable.ops()).containsExactlyElementsOf(Ops.names());
  }

  @ParameterizedTest
  @MethodSource("io.gramian.cli.validate.CaseTable#ops")
  void aSoundDevicePassesEveryOp(String op) {
    CheckResult result = check(op, out -> {});
    assertThat(result.failures()).isEmpty();
    assertThat(result.cases()).isGreaterThan(2);
  }

  @Test
  void aSmallErrorOfAGradientIsFound() {
    CheckResult result =
        check(
            "volume",
            out -> {
              if (out.has("grad_vectors")) {
                scale(out.get("grad_vectors"), 1 + 1e-4);
              }
            });
    assertThat(result.failures()).isNotEmpty().allMatch(line -> line.contains("'grad_vectors'"));
    assertThat(result.gradients()).isGreaterThan(5e-5);
    assertThat(result.scores()).isLessThan(2e-6);
  }

  @Test
  void anUnwrittenOutputIsFound() {
    CheckResult result = check("matching", out -> scale(out.get("grad_logits"), Double.NaN));
    assertThat(result.gradients()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(result.failures()).hasSize(result.cases());
  }

  @Test
  void resultsThatDifferFromRunToRunAreFound() {
    AtomicInteger runs = new AtomicInteger();
    CheckResult result =
        check("matching", out -> scale(out.get("loss"), 1 + 1e-7 * runs.incrementAndGet()));
    assertThat(result.failures()).isNotEmpty().allMatch(line -> line.contains("run to run"));
  }

  @Test
  void indicesMustBeEqual() {
    CheckResult result =
        check(
            "sample-negatives",
            out -> out.get("indices").copyFrom(new int[out.get("indices").toInts().length]));
    assertThat(result.failures()).isNotEmpty();
  }

  @Test
  void errorsAreRelativeToTheWholeArray() {
    assertThat(Errors.relative(new double[] {3, 4.5}, new double[] {3, 4})).isEqualTo(0.1);
    assertThat(Errors.relative(new double[] {0, 1e-3}, new double[] {0, 0}))
        .isEqualTo(Math.sqrt(1e-6 / 2));
    assertThat(Errors.relative(new double[] {Double.NaN}, new double[] {Double.NaN})).isZero();
    assertThat(Errors.relative(new double[] {1}, new double[] {Double.NaN})).isInfinite();
  }

  private static CheckResult check(String op, Consumer<Bindings> fault) {
    try (Device device = new FaultyDevice(fault);
        Device reference = Device.open("reference")) {
      return new BackendValidator(device, reference).check(op, DType.F32);
    }
  }

  private static void scale(Tensor tensor, double factor) {
    double[] values = tensor.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    tensor.copyFrom(values);
  }
}
