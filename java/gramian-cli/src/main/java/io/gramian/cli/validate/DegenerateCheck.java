package io.gramian.cli.validate;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.op.Signature;
import java.util.Arrays;
import java.util.Map;

/** Checks that the reference gives finite results where naive formulas divide by zero. */
final class DegenerateCheck {
  private static final long SEED = 20250103;
  private static final Bounds BOUNDS = new Bounds(0, 0);

  private final Device reference;

  /**
   * @param reference a device of the reference backend
   */
  DegenerateCheck(Device reference) {
    this.reference = reference;
  }

  /**
   * Runs an op on its degenerate cases.
   *
   * @param op the name of the op
   * @return failures for what is not finite; skipped where there are no such cases
   */
  CheckResult check(String op) {
    CheckResult result = new CheckResult(op, "degenerate, finite", BOUNDS);
    for (ValidationCase one : CaseTable.family(op).cases(new CaseRandom(SEED))) {
      if (!one.smooth()) {
        checkCase(one, result);
        result.addCase();
      }
    }
    return result.cases() == 0 ? result.skip("no degenerate cases") : result;
  }

  private void checkCase(ValidationCase one, CheckResult result) {
    Signature signature = one.op().signature(one.inputs().specs());
    try (CaseRunner runner = new CaseRunner(reference, DType.F64, DType.F64)) {
      for (Map.Entry<String, double[]> output : runner.run(one, one.inputs()).entrySet()) {
        boolean finite = Arrays.stream(output.getValue()).allMatch(Double::isFinite);
        result.addError(
            one.label(),
            output.getKey(),
            signature.find(output.getKey()).kind(),
            finite ? 0 : Double.POSITIVE_INFINITY);
      }
    }
  }
}
