package io.gramian.cpu.pair;

/**
 * The cross-entropy of a target, log(exp(t) + sum of exp of the others) - t, from what the others
 * weigh against it: x = log(sum of exp of the others) - t. Where the target has nearly all of the
 * probability the loss is the small part that the others have, which would be lost in a sum that
 * holds the target too.
 */
public final class CrossEntropy {
  private CrossEntropy() {}

  /** What the others weigh against a target: x. NaN where the target is not finite. */
  public static double margin(double others, double target) {
    return Double.isFinite(target) ? others - target : Double.NaN;
  }

  /** log(1 + exp(x)). */
  public static double loss(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** The probability of the others, 1 / (1 + exp(-x)): the derivative by x. */
  public static double others(double x) {
    double e = Math.exp(-Math.abs(x));
    return x < 0 ? e / (1 + e) : 1 / (1 + e);
  }
}
