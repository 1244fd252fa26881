package io.gramian.conformance;

import io.gramian.Accuracy;
import io.gramian.DType;
import io.gramian.op.Signature;
import java.util.Arrays;
import java.util.Map;

/**
 * How far an output is from what is right.
 *
 * @param output its name
 * @param kind what it is
 * @param error |x - reference| / |reference| over the whole tensor
 * @param bound the largest error that is allowed
 */
public record Deviation(String output, Signature.Kind kind, double error, double bound) {
  /** Whether the error is within its bound. */
  public boolean isWithin() {
    return error <= bound;
  }

  @Override
  public String toString() {
    return String.format("'%s' is off by %.2e, allowed %.0e", output, error, bound);
  }

  /**
   * Holds an output against what is right.
   *
   * @param output its name
   * @param kind what it is; indices must be equal
   * @param values what was computed
   * @param reference what is right
   * @param bounds of the device
   */
  public static Deviation of(
      String output, Signature.Kind kind, double[] values, double[] reference, Accuracy bounds) {
    return of(output, kind, values, reference, bounds, 0);
  }

  private static Deviation of(
      String output,
      Signature.Kind kind,
      double[] values,
      double[] reference,
      Accuracy bounds,
      double rounding) {
    double bound =
        switch (kind) {
          case GRADIENT -> bounds.gradients();
          case INDICES -> 0;
          default -> bounds.scores();
        };
    return new Deviation(output, kind, relative(values, reference, rounding), bound);
  }

  /** All outputs of a run. */
  static Deviation of(
      Map.Entry<String, double[]> output,
      Signature.Kind kind,
      double[] reference,
      Accuracy bounds,
      Execution how) {
    DType type = how.types().getOrDefault(output.getKey(), how.gradients());
    boolean sum = kind == Signature.Kind.GRADIENT && how.accumulates();
    double before = sum ? how.before() : 0;
    double[] expected = kind == Signature.Kind.GRADIENT ? held(reference, type, before) : reference;
    double rounding = Math.abs(before) * unitRoundoff(type);
    return of(output.getKey(), kind, output.getValue(), expected, bounds, rounding);
  }

  /** What a type holds of values, less what they were added to: those beyond it are infinite. */
  private static double[] held(double[] values, DType type, double before) {
    double largest = type == DType.F16 ? 65_519 : Float.MAX_VALUE;
    return type == DType.F64
        ? values
        : Arrays.stream(values)
            .map(v -> Math.abs(v + before) > largest ? Math.copySign(1 / 0.0, v) : v)
            .toArray();
  }

  /** Twice the largest relative error of a number rounded to a type. */
  private static double unitRoundoff(DType type) {
    return switch (type) {
      case F16 -> 0x1p-10;
      case BF16 -> 0x1p-7;
      case F32 -> 0x1p-23;
      default -> 0x1p-52;
    };
  }

  /**
   * |x - reference| / |reference| over the whole array. Where the reference is zero, the root mean
   * square of x; where one side is not finite and the other differs, infinity.
   *
   * @param x what was computed
   * @param reference what is right, of the same length
   */
  public static double relative(double[] x, double[] reference) {
    return relative(x, reference, 0);
  }

  /**
   * @param rounding root mean square of the difference that is no error
   */
  private static double relative(double[] x, double[] reference, double rounding) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < x.length; i++) {
      if (Double.compare(x[i], reference[i]) == 0) {
        size += Double.isFinite(x[i]) ? x[i] * x[i] : 0;
        continue;
      }
      if (!Double.isFinite(x[i]) || !Double.isFinite(reference[i])) {
        return Double.POSITIVE_INFINITY;
      }
      difference += (x[i] - reference[i]) * (x[i] - reference[i]);
      size += reference[i] * reference[i];
    }
    // Rounding leaves about this much of a sum that is zero.
    boolean isZero = size <= 1e-20 * x.length;
    double error = Math.max(0, Math.sqrt(difference) - rounding * Math.sqrt(x.length));
    return error == 0 ? 0 : error / Math.sqrt(isZero ? x.length : size);
  }
}
