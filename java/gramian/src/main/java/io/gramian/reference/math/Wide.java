package io.gramian.reference.math;

/**
 * A number of about 32 digits, the sum of two doubles, for sums that cancel.
 *
 * @param high the number rounded to a double
 * @param low the rest
 */
public record Wide(double high, double low) {
  /** 0. */
  public static final Wide ZERO = new Wide(0, 0);

  /** e^x is found as the 2^HALVINGS-th power of e^(x / 2^HALVINGS). */
  private static final int HALVINGS = 16;

  /** Of the Taylor series for exponents of at most 745 / 2^HALVINGS. */
  private static final int TERMS = 12;

  /** a - b. */
  public static Wide difference(double a, double b) {
    return sum(a, -b);
  }

  private static Wide sum(double a, double b) {
    double sum = a + b;
    double part = sum - a;
    return new Wide(sum, (a - (sum - part)) + (b - part));
  }

  /** The sum with another. */
  public Wide plus(Wide other) {
    Wide highs = sum(high, other.high);
    Wide lows = sum(low, other.low);
    Wide sum = ordered(highs.high, highs.low + lows.high);
    return ordered(sum.high, sum.low + lows.low);
  }

  /** The product with another. */
  public Wide times(Wide other) {
    double product = high * other.high;
    double rest = Math.fma(high, other.high, -product);
    return ordered(product, rest + (high * other.low + low * other.high));
  }

  /** The product with a number. */
  public Wide times(double factor) {
    return times(new Wide(factor, 0));
  }

  /** The quotient by a number. */
  public Wide over(double divisor) {
    double quotient = high / divisor;
    double rest = Math.fma(-quotient, divisor, high) + low;
    return ordered(quotient, rest / divisor);
  }

  /** e to the power of this; 0 below -700. */
  public Wide exp() {
    if (high < -700) {
      return ZERO;
    }
    Wide x = times(0x1p-16);
    Wide power = new Wide(1, 0);
    for (int i = TERMS; i > 0; i--) {
      power = power.times(x).over(i).plus(new Wide(1, 0));
    }
    for (int i = 0; i < HALVINGS; i++) {
      power = power.times(power);
    }
    return power;
  }

  /** For numbers of which the first is at least as large. */
  private static Wide ordered(double a, double b) {
    double sum = a + b;
    return new Wide(sum, b - (sum - a));
  }
}
