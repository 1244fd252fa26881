package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
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
  static final Bounds BOUNDS = new Bounds(1e-6, 1e-6);

  private static final long SEED = 20250102;
  private static final double STEP = 1e-5;

  /** Beyond this many elements of inputs a case adds time and no insight. */
  private static final long MAX_ELEMENTS = 6000;

  private final Device reference;

  /**
   * A check of the reference.
   *
   * @param reference a device of the reference backend
   */
  public FiniteDifferences(Device reference) {
    this.reference = reference;
  }

  /**
   * Checks the gradients of an op at every smooth case of moderate size.
   *
   * @param op its name, one of {@link CaseTable#ops}
   * @return the errors; skipped where the op has no gradients
   */
  public CheckResult check(String op) {
    CheckResult result = new CheckResult(op, "finite differences", BOUNDS);
    Random random = new Random(SEED);
    for (ValidationCase one : CaseTable.family(op).cases(new CaseRandom(SEED))) {
      long elements =
          one.inputs().asMap().values().stream().mapToLong(t -> t.spec().elements()).sum();
      if (one.smooth() && elements <= MAX_ELEMENTS && hasGradients(one)) {
        checkCase(one, random, result);
        result.addCase();
      }
    }
    return result.cases() == 0 ? result.skip("no gradients") : result;
  }

  private static boolean hasGradients(ValidationCase one) {
    return one.op().signature(one.inputs().specs()).arguments(false).stream()
        .anyMatch(a -> a.kind() == Signature.Kind.GRADIENT);
  }

  private void checkCase(ValidationCase one, Random random, CheckResult result) {
    Map<String, double[]> outputs = run(one, one.inputs());
    Signature signature = one.op().signature(one.inputs().specs());
    for (Map.Entry<String, double[]> output : outputs.entrySet()) {
      Signature.Argument argument = signature.find(output.getKey());
      String input = output.getKey().replaceFirst("^grad_", "");
      if (argument.kind() == Signature.Kind.GRADIENT && one.inputs().has(input)) {
        double[] gradient = output.getValue();
        double[] direction = random.doubles(gradient.length, -1, 1).toArray();
        double along = 0;
        double size = 0;
        for (int i = 0; i < gradient.length; i++) {
          along += gradient[i] * direction[i];
          size += Math.abs(gradient[i] * direction[i]);
        }
        double change =
            (value(one, moved(one.inputs(), input, direction, STEP))
                    - value(one, moved(one.inputs(), input, direction, -STEP)))
                / (2 * STEP);
        // Relative to the terms: their sum may cancel.
        double error = Math.abs(along - change) / Math.max(size / Math.sqrt(gradient.length), 1e-3);
        result.addError(one.label(), output.getKey(), argument.kind(), error);
      }
    }
  }

  private static Bindings moved(Bindings inputs, String name, double[] direction, double step) {
    Tensor tensor = inputs.get(name);
    double[] values = tensor.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * direction[i];
    }
    return inputs.with(name, Tensor.of(values, tensor.spec().shape()));
  }

  /** The scalar whose gradient is computed. */
  private double value(ValidationCase one, Bindings inputs) {
    Signature signature = one.op().signature(inputs.specs());
    double sum = 0;
    for (Map.Entry<String, double[]> output : run(one, inputs).entrySet()) {
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

  private Map<String, double[]> run(ValidationCase one, Bindings inputs) {
    try (CaseRunner runner = new CaseRunner(reference, DType.F64, DType.F64)) {
      return runner.run(one, inputs);
    }
  }
}
