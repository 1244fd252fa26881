package io.gramian.cpu.set;

/** A sum of doubles that carries what rounding leaves of each addition, after Neumaier. */
final class CompensatedSum {
  private double sum;
  private double rest;

  /** Adds a number. */
  void add(double value) {
    double total = sum + value;
    rest += Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
    sum = total;
  }

  /** The sum. */
  double value() {
    return sum + rest;
  }

  /** The sum of all elements. */
  static double of(double[] values) {
    CompensatedSum sum = new CompensatedSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum.value();
  }
}
