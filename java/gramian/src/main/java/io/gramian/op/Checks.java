package io.gramian.op;

import io.gramian.ParameterException;

/** Range checks of parameters. */
final class Checks {
  private Checks() {}

  static double positive(String op, String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw wrong(op, name, "a finite number above 0", value);
    }
    return value;
  }

  static double finite(String op, String name, double value) {
    if (!Double.isFinite(value)) {
      throw wrong(op, name, "a finite number", value);
    }
    return value;
  }

  static double notNegative(String op, String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw wrong(op, name, "a finite number of at least 0", value);
    }
    return value;
  }

  static double fraction(String op, String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw wrong(op, name, "in [0, 1)", value);
    }
    return value;
  }

  static int atLeast(String op, String name, int minimum, int value) {
    if (value < minimum) {
      throw wrong(op, name, "at least " + minimum, value);
    }
    return value;
  }

  /** The length of an array of that many rows. */
  static int arrayLength(String op, int rows, int length) {
    long values = (long) rows * length;
    if (values > Integer.MAX_VALUE - 16) {
      throw wrong(op, "size", "what one Java array holds", rows + " x " + length);
    }
    return (int) values;
  }

  static ParameterException wrong(String op, String name, String expected, Object got) {
    return new ParameterException(
        op + ": parameter '" + name + "' must be " + expected + ", got " + got);
  }
}
