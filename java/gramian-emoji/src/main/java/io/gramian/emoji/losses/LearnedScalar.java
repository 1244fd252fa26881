package io.gramian.emoji.losses;

/**
 * A scalar that is trained along with the heads, such as the temperature.
 *
 * @param name its name in the op
 * @param start the initial value
 * @param minimum the smallest value it may take
 * @param maximum the largest value it may take
 */
public record LearnedScalar(String name, double start, double minimum, double maximum) {

  /** A temperature: not far below its start, where the loss would see nothing but the closest. */
  static LearnedScalar temperature(double start) {
    return new LearnedScalar("temperature", start, start / 7, Math.max(1, start));
  }

  /** A scale, which is the inverse of a temperature. */
  static LearnedScalar scale(double start) {
    return new LearnedScalar("scale", start, Math.min(1, start), Math.max(100, start));
  }

  /**
   * Whether steps are proportional, in the logarithm: for scalars that are always positive.
   *
   * @return true where the minimum is positive
   */
  boolean logarithmic() {
    return minimum > 0;
  }

  /** The trained number for a value. */
  public double encode(double value) {
    return logarithmic() ? Math.log(value) : value;
  }

  /** The value for a trained number, within its bounds. */
  public double decode(double number) {
    double value = logarithmic() ? Math.exp(number) : number;
    return Math.clamp(value, minimum, maximum);
  }

  /** The gradient of the trained number, given the value and its gradient. */
  public double encodeGradient(double value, double gradient) {
    return logarithmic() ? value * gradient : gradient;
  }
}
