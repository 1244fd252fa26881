package io.gramian.reference.math;

/**
 * Cross-entropies of softmaxes over strided slices of logits = factor * scores, and their
 * gradients.
 *
 * <p>Everything comes from differences of scores within a slice: logits of 1e15 have no digits left
 * for what a softmax depends on, the differences of the scores that they are made of have.
 */
public final class CrossEntropySum {
  private final double[] scores;
  private final double factor;
  private final double[] ofLogits;
  private double ofFactor;

  /** Of these scores; nothing is added yet. */
  public CrossEntropySum(double[] scores, double factor) {
    this.scores = scores;
    this.factor = factor;
    this.ofLogits = new double[scores.length];
  }

  /**
   * The cross-entropy (1 - e) (-log p_target) + e mean_i(-log p_i) of p = softmax(logits); adds
   * weight times its gradient. NaN if a logit is not finite.
   *
   * @param first position of the slice's first score
   * @param target position of the target in the slice
   * @param smoothing e
   * @return the cross-entropy, without the weight
   */
  public double add(int first, int stride, int count, int target, double smoothing, double weight) {
    int own = first + target * stride;
    int peak = own;
    boolean isFinite = true;
    for (int at = first, i = 0; i < count; i++, at += stride) {
      isFinite &= Double.isFinite(factor * scores[at]);
      peak = logit(at, peak) > 0 ? at : peak;
    }
    if (!isFinite) {
      return addNaN(first, stride, count);
    }
    // What the others weigh: next to nothing would be lost in a sum that holds the target too.
    double others = 0;
    for (int at = first, i = 0; i < count; i++, at += stride) {
      others += i == target ? 0 : Math.exp(logit(at, peak));
    }
    double ofPeak = logit(peak, own);
    double sum = Math.exp(-ofPeak) + others;
    double ofTarget = peak == own ? Math.log1p(others) : ofPeak + Math.log(sum);
    double each = smoothing / count;
    double loss = (1 - smoothing + each) * ofTarget;
    ofLogits[own] += weight * (smoothing - each - others / sum);
    for (int at = first, i = 0; i < count; i++, at += stride) {
      if (i != target) {
        double difference = logit(at, own);
        double gradient = weight * (Math.exp(logit(at, peak)) / sum - each);
        loss += each * (ofTarget - difference);
        ofLogits[at] += gradient;
        ofFactor += gradient * (scores[at] - scores[own]);
      }
    }
    return loss;
  }

  /** softmax(factor * scores) of a slice of neighbours; NaN where a logit is not finite. */
  public static double[] softmax(double[] scores, double factor, int first, int count) {
    double[] exponents = new double[count];
    double peak = scores[first];
    for (int i = 0; i < count; i++) {
      peak = factor * (scores[first + i] - peak) > 0 ? scores[first + i] : peak;
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double logit = factor * scores[first + i];
      exponents[i] =
          Double.isFinite(logit) ? Math.exp(factor * (scores[first + i] - peak)) : Double.NaN;
      sum += exponents[i];
    }
    return Dense.scale(exponents, 1 / sum);
  }

  /** The difference of two logits. */
  private double logit(int at, int from) {
    return factor * (scores[at] - scores[from]);
  }

  private double addNaN(int first, int stride, int count) {
    for (int at = first, i = 0; i < count; i++, at += stride) {
      ofLogits[at] = Double.NaN;
    }
    ofFactor = Double.NaN;
    return Double.NaN;
  }

  /** The gradient of all that was added, with respect to the scores. */
  public double[] ofScores() {
    return Dense.scale(ofLogits.clone(), factor);
  }

  /** The gradient with respect to the factor. */
  public double ofFactor() {
    return ofFactor;
  }

  /** The gradient with respect to the temperature of which the factor is the reciprocal. */
  public double ofTemperature() {
    return -ofFactor * factor * factor;
  }
}
