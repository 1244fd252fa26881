package io.gramian.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.conformance.CheckResult;
import io.gramian.conformance.FiniteCheck;
import io.gramian.conformance.FiniteDifferences;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of every op against differences of the op's own results. */
class GradientsTest {
  private static final Device DEVICE = Device.open("reference");

  static List<Op> ops() {
    return Ops.all();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void gradientsMatchFiniteDifferences(Op op) {
    CheckResult result = new FiniteDifferences(DEVICE).check(op);
    assertThat(result.failures()).isEmpty();
    assertThat(result.skipped()).isIn(null, "no gradients");
  }

  @ParameterizedTest
  @MethodSource("ops")
  void degenerateInputsGiveFiniteResults(Op op) {
    assertThat(new FiniteCheck(DEVICE).check(op).failures()).isEmpty();
  }
}
