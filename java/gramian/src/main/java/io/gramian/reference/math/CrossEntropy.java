package io.gramian.reference.math;

/** Sums of exponentials and cross-entropies over strided slices of an array of logits. */
public final class CrossEntropy {
  private CrossEntropy() {}

  /** log sum_i exp(logits[first + i stride]), safe from overflow. NaN if a logit is NaN. */
  public static double logSumExp(double[] logits, int first, int stride, int count) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, logits[first + i * stride]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(logits[first + i * stride] - max);
    }
    return max + Math.log(sum);
  }

  /**
   * The cross-entropy (1 - e) (-log p_target) + e mean_i(-log p_i) of p = softmax(logits). NaN if a
   * logit is not finite.
   *
   * <p>From what the others weigh against the target: where that is next to nothing it would be
   * lost in a sum that holds the target too.
   *
   * @param target position of the target in the slice
   * @param smoothing e
   * @param weight factor of the gradient
   * @param gradient at the positions of the slice, weight times the gradient is added to it
   * @return the cross-entropy, without the weight
   */
  public static double add(
      double[] logits,
      int first,
      int stride,
      int count,
      int target,
      double smoothing,
      double weight,
      double[] gradient) {
    int own = first + target * stride;
    double others = logSumExp(othersOf(logits, first, stride, count, target)) - logits[own];
    double ofTarget = Double.isFinite(logits[own]) ? softplus(others) : Double.NaN;
    double logSum = logits[own] + ofTarget;
    double each = smoothing / count;
    double loss = (1 - smoothing + each) * ofTarget;
    gradient[own] += weight * (smoothing - each - sigma(others));
    for (int i = 0; i < count; i++) {
      if (i != target) {
        int at = first + i * stride;
        loss += each * (logSum - logits[at]);
        gradient[at] += weight * (Math.exp(logits[at] - logSum) - each);
      }
    }
    return loss;
  }

  /** log(1 + e^x). */
  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** 1 / (1 + e^-x). */
  static double sigma(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] othersOf(double[] logits, int first, int stride, int count, int target) {
    double[] others = new double[count - 1];
    for (int i = 0; i < count - 1; i++) {
      others[i] = logits[first + (i < target ? i : i + 1) * stride];
    }
    return others;
  }

  private static double logSumExp(double[] logits) {
    return logSumExp(logits, 0, 1, logits.length);
  }
}
