package io.gramian.conformance;

import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.Map;
import java.util.Random;

/**
 * Checks gradients against the change of the result along random directions: for an input x, a
 * direction v and the scalar f = sum of result times upstream gradient, {@code grad_x . v} against
 * {@code (f(x + h v) - f(x - h v)) / 2h}.
 */
public final class FiniteDifferences {
  /** What central differences in float64 can resolve. */
  private static final Accuracy BOUNDS = new Accuracy(1e-6, 1e-6);

  private static final long SEED = 20250102;
  private static final double STEP = 1e-5;

  /** Beyond this many elements of inputs a case adds time and no insight. */
  private static final long MAX_ELEMENTS = 6000;

  private final CaseRunner reference;

  /**
   * A check of the reference.
   *
   * @param reference a device of the reference backend
   */
  public FiniteDifferences(Device reference) {
    this.reference = new CaseRunner(reference);
  }

  /**
   * Checks the gradients of an op at every smooth case of moderate size.
   *
   * @param op with any parameters
   * @return the errors; skipped where the op has no gradients
   */
  public CheckResult check(Op op) {
    CheckResult result = new CheckResult(op.name(), "finite differences", BOUNDS);
    Random random = new Random(SEED);
    for (Case one : Cases.of(op)) {
      if (one.smooth() && one.elements() <= MAX_ELEMENTS && hasGradients(one)) {
        check(one, random, result);
        result.addCase();
      }
    }
    return result.cases() == 0 ? result.skip("no gradients") : result;
  }

  private static boolean hasGradients(Case one) {
    return !one.arguments(Signature.Kind.GRADIENT).isEmpty();
  }

  private void check(Case one, Random random, CheckResult result) {
    Signature signature = one.signature();
    for (Map.Entry<String, double[]> output : run(one).entrySet()) {
      Signature.Kind kind = signature.find(output.getKey()).kind();
      String input = output.getKey().replaceFirst("^grad_", "");
      if (kind == Signature.Kind.GRADIENT && one.inputs().has(input)) {
        double[] gradient = output.getValue();
        double[] direction = random.doubles(gradient.length, -1, 1).toArray();
        double along = 0;
        double size = 0;
        for (int i = 0; i < gradient.length; i++) {
          along += gradient[i] * direction[i];
          size += Math.abs(gradient[i] * direction[i]);
        }
        double change =
            (value(moved(one, input, direction, STEP)) - value(moved(one, input, direction, -STEP)))
                / (2 * STEP);
        // Relative to the terms: their sum may cancel.
        double error = Math.abs(along - change) / Math.max(size / Math.sqrt(gradient.length), 1e-3);
        result.add(one.label(), new Deviation(output.getKey(), kind, error, BOUNDS.gradients()));
      }
    }
  }

  private static Case moved(Case one, String name, double[] direction, double step) {
    Tensor tensor = one.inputs().get(name);
    double[] values = tensor.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * direction[i];
    }
    return one.with(one.inputs().with(name, Tensor.of(values, tensor.spec().shape())));
  }

  /** The scalar whose gradient is computed. */
  private double value(Case one) {
    Signature signature = one.signature();
    Bindings inputs = one.inputs();
    double sum = 0;
    for (Map.Entry<String, double[]> output : run(one).entrySet()) {
      if (signature.find(output.getKey()).kind() == Signature.Kind.RESULT) {
        Tensor upstream = inputs.find("grad_" + output.getKey());
        double[] weights = upstream == null ? null : upstream.toDoubles();
        for (int i = 0; i < output.getValue().length; i++) {
          sum += output.getValue()[i] * (weights == null ? 1 : weights[i]);
        }
      }
    }
    return sum;
  }

  private Map<String, double[]> run(Case one) {
    return reference.run(one, Execution.exact());
  }
}
