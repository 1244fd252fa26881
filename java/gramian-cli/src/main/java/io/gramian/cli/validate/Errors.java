package io.gramian.cli.validate;

/** The distance of arrays. */
final class Errors {
  private Errors() {}

  /**
   * |x - reference| / |reference| over the whole array. Where the reference is zero, the root mean
   * square of x; where one side is not finite and the other differs, infinity.
   *
   * @param x what was computed
   * @param reference what is right, of the same length
   */
  static double relative(double[] x, double[] reference) {
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
    return Math.sqrt(difference / (isZero ? x.length : size));
  }
}
