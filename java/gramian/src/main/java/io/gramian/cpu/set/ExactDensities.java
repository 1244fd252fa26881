package io.gramian.cpu.set;

import io.gramian.cpu.simd.Resources;
import java.util.Arrays;

/**
 * Logarithms of the sums of exp(-r / divisor) over the points of each of two sets, r the squared
 * distance, at all points of both, and back from their gradients; in float64.
 */
public final class ExactDensities {
  private final ExactPairs pairs;
  private final int first;
  private final double[] divisors = new double[2];

  /** By set and point. */
  private double[][] logs = {};

  private double[][] gradients;
  private double[] terms;

  /** Of two sets. */
  public ExactDensities(Resources resources, VectorSet x, VectorSet y) {
    this.pairs = new ExactPairs(resources, x, y);
    this.first = x.count();
  }

  /** Finds all logarithms; exponents of points of x count by the first divisor. */
  public void measure(double ofX, double ofY) {
    if (logs.length == 0) {
      logs = new double[2][pairs.count()];
      gradients = new double[2][pairs.count()];
      terms = new double[pairs.count()];
    }
    divisors[0] = ofX;
    divisors[1] = ofY;
    pairs.forEach(
        (point, values, at) -> {
          logs[0][point] = log(values, at, at + first, ofX);
          logs[1][point] = log(values, at + first, at + pairs.count(), ofY);
        });
  }

  private static double log(double[] values, int from, int to, double divisor) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int at = from; at < to; at++) {
      nearest = Math.min(nearest, values[at]);
    }
    CompensatedSum sum = new CompensatedSum();
    for (int at = from; at < to; at++) {
      sum.add(Math.exp((nearest - values[at]) / divisor));
    }
    return Math.log(sum.value()) - nearest / divisor;
  }

  /** The logarithm of the sum over a set, 0 or 1, at a point of both. */
  public double log(int set, int point) {
    return logs[set][point];
  }

  /** Sets the gradient with respect to {@link #log}. */
  public void setGradient(int set, int point, double gradient) {
    gradients[set][point] = gradient;
  }

  /** Adds the gradients of all points to those of the sets. */
  public void addGradients() {
    pairs.addGradients(
        (point, values, at) -> {
          int own = setOf(point);
          for (int j = 0; j < pairs.count(); j++) {
            int of = setOf(j);
            double weight = weight(of, point, values[at + j]) + weight(own, j, values[at + j]);
            values[at + j] = -2 * weight;
          }
        });
  }

  /** The gradient with respect to -r of a pair, of the logarithm of a set's sum at a point. */
  private double weight(int set, int point, double distance) {
    double share = Math.exp(-distance / divisors[set] - logs[set][point]);
    return gradients[set][point] * share / divisors[set];
  }

  /** The gradient with respect to the logarithm of a set's divisor. */
  public double ofDivisor(int set) {
    Arrays.fill(terms, 0);
    int from = set == 0 ? 0 : first;
    int to = set == 0 ? first : pairs.count();
    pairs.forEach(
        (point, values, at) -> {
          for (int j = from; j < to; j++) {
            terms[point] += weight(set, point, values[at + j]) * values[at + j];
          }
        });
    return CompensatedSum.of(terms);
  }

  private int setOf(int point) {
    return point < first ? 0 : 1;
  }
}
