package io.gramian.conformance;

import io.gramian.Accuracy;
import io.gramian.Device;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.Arrays;

/** Checks that the reference gives finite results where naive formulas divide by zero. */
public final class FiniteCheck {
  private static final Accuracy BOUNDS = new Accuracy(0, 0);

  private final CaseRunner reference;

  /**
   * A check of the reference.
   *
   * @param reference a device of the reference backend
   */
  public FiniteCheck(Device reference) {
    this.reference = new CaseRunner(reference);
  }

  /**
   * Runs an op on its degenerate cases.
   *
   * @param op with any parameters
   * @return failures for what is not finite; skipped where there are no such cases
   */
  public CheckResult check(Op op) {
    CheckResult result = new CheckResult(op.name(), "degenerate, finite", BOUNDS);
    for (Case one : Cases.of(op)) {
      if (!one.smooth()) {
        Signature signature = one.signature();
        reference
            .run(one, Execution.exact())
            .forEach(
                (name, values) -> {
                  boolean finite = Arrays.stream(values).allMatch(Double::isFinite);
                  double error = finite ? 0 : Double.POSITIVE_INFINITY;
                  result.add(
                      one.label(), new Deviation(name, signature.find(name).kind(), error, 0));
                });
        result.addCase();
      }
    }
    return result.cases() == 0 ? result.skip("no degenerate cases") : result;
  }
}
