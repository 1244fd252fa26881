package io.gramian.cpu.set;

import io.gramian.cpu.simd.Resources;

/**
 * sum_ij a_i a_j k(z_i, z_j) over all points z of two sets, a = 1/|X| in the first and -1/|Y| in
 * the second, k the sum of kernels over the variances: mmd in float64.
 */
public final class ExactMmd {
  private final ExactPairs pairs;
  private final VectorSet x;
  private final VectorSet y;
  private final double[] variances;
  private double[] terms = {};

  /** Of two sets. */
  public ExactMmd(Resources resources, VectorSet x, VectorSet y, double[] variances) {
    this.pairs = new ExactPairs(resources, x, y);
    this.x = x;
    this.y = y;
    this.variances = variances;
  }

  /**
   * The loss; adds its gradients, times the upstream gradient, to those of the sets.
   *
   * @param backward whether somebody wants them
   */
  public double run(double upstream, boolean backward) {
    terms = terms.length == 0 ? new double[pairs.count()] : terms;
    ExactPairs.Visitor visitor =
        (point, values, at) -> terms[point] = visit(point, values, at, upstream);
    if (backward) {
      pairs.addGradients(visitor);
    } else {
      pairs.forEach(visitor);
    }
    return CompensatedSum.of(terms);
  }

  private double visit(int point, double[] values, int at, double upstream) {
    CompensatedSum sum = new CompensatedSum();
    for (int j = 0; j < pairs.count(); j++) {
      double distance = values[at + j];
      double share = share(point) * share(j);
      double slope = 0;
      for (double variance : variances) {
        double kernel = share * Math.exp(-distance / (2 * variance));
        sum.add(kernel);
        slope -= kernel / (2 * variance);
      }
      // Of both orders of the pair, and the derivative of a square.
      values[at + j] = 4 * upstream * slope;
    }
    return sum.value();
  }

  private double share(int point) {
    return point < x.count() ? 1.0 / x.count() : -1.0 / y.count();
  }
}
