package io.gramian.reference;

/** Sums of exponentials and cross-entropies over strided slices of an array of logits. */
final class CrossEntropy {
  private CrossEntropy() {}

  /** log sum_i exp(logits[first + i stride]), safe from overflow. NaN if a logit is NaN. */
  static double logSumExp(double[] logits, int first, int stride, int count) {
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
   * The cross-entropy (1 - e) (-log p_target) + e mean_i(-log p_i) of p = softmax(logits).
   *
   * @param target position of the target in the slice
   * @param smoothing e
   * @param weight factor of the gradient
   * @param gradient at the positions of the slice, weight times the gradient is added to it
   * @return the cross-entropy, without the weight
   */
  static double add(
      double[] logits,
      int first,
      int stride,
      int count,
      int target,
      double smoothing,
      double weight,
      double[] gradient) {
    double logSum = logSumExp(logits, first, stride, count);
    double loss = 0;
    for (int i = 0; i < count; i++) {
      int at = first + i * stride;
      double share = smoothing / count + (i == target ? 1 - smoothing : 0);
      loss += share * (logSum - logits[at]);
      gradient[at] += weight * (Math.exp(logits[at] - logSum) - share);
    }
    return loss;
  }
}
