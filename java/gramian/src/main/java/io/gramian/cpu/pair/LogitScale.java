package io.gramian.cpu.pair;

/**
 * The factor that turns scores into logits, split for online sums of exponentials: these keep the
 * largest logit, so where the factor is negative they see the negated scores.
 *
 * @param sign 1 or -1
 * @param magnitude the factor without its sign, at least {@link #LEAST}
 */
public record LogitScale(float sign, double magnitude) {
  /**
   * A left-out score of the largest float has to vanish in exponentials. Between scores of 1e30 a
   * smaller factor would make a difference of less than 4e-7 anyway.
   */
  private static final double LEAST = 106 / (double) Float.MAX_VALUE;

  /** That of 1 / temperature, or of a scale. */
  public static LogitScale of(double factor) {
    return new LogitScale(factor < 0 ? -1 : 1, Math.max(Math.abs(factor), LEAST));
  }

  /** The magnitude in float32, for strips. */
  public float exponent() {
    return (float) magnitude;
  }

  /** The logit of a score. */
  public double logit(double score) {
    return sign * magnitude * score;
  }

  /**
   * A score that adds nothing to sums of exponentials. Finite, so that sums of nothing else are
   * sums of ones relative to it.
   */
  public float leftOut() {
    return -sign * Float.MAX_VALUE;
  }

  /** Turns scores into what the sums see, or back. */
  public void orient(float[] scores, int at, int length) {
    if (sign < 0) {
      for (int i = at; i < at + length; i++) {
        scores[i] = -scores[i];
      }
    }
  }
}
