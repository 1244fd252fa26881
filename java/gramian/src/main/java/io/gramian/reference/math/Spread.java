package io.gramian.reference.math;

import io.gramian.op.SemanticDensity;

/**
 * How far the points of a set spread: V, the sum over dimensions of the unbiased variance (0 for a
 * single point), and R, the sum of (max - min)^2; both at least {@link SemanticDensity#FLOOR}.
 */
public final class Spread {
  private final double[] points;
  private final int count;
  private final int d;
  private final double[] means;
  private final int[] highest;
  private final int[] lowest;
  private double variance;
  private double range;

  public Spread(double[] points, int d) {
    this.points = points;
    this.count = points.length / d;
    this.d = d;
    this.means = new double[d];
    this.highest = new int[d];
    this.lowest = new int[d];
    for (int z = 0; z < d; z++) {
      measure(z);
    }
  }

  private void measure(int z) {
    for (int i = 0; i < count; i++) {
      means[z] += at(i, z) / count;
      highest[z] = at(i, z) > at(highest[z], z) ? i : highest[z];
      lowest[z] = at(i, z) < at(lowest[z], z) ? i : lowest[z];
    }
    for (int i = 0; i < count; i++) {
      double difference = at(i, z) - means[z];
      variance += difference * difference / Math.max(count - 1, 1);
    }
    double extent = at(highest[z], z) - at(lowest[z], z);
    range += extent * extent;
  }

  /** V. */
  public double variance() {
    return variance < SemanticDensity.FLOOR ? SemanticDensity.FLOOR : variance;
  }

  /** R. */
  public double range() {
    return range < SemanticDensity.FLOOR ? SemanticDensity.FLOOR : range;
  }

  /** Adds the gradients of V and R, which have none below the floor. */
  public void addGradients(double ofVariance, double ofRange, double[] gradient) {
    for (int z = 0; z < d; z++) {
      for (int i = 0; i < count && !(variance < SemanticDensity.FLOOR); i++) {
        gradient[i * d + z] += ofVariance * 2 * (at(i, z) - means[z]) / Math.max(count - 1, 1);
      }
      if (!(range < SemanticDensity.FLOOR)) {
        double extent = at(highest[z], z) - at(lowest[z], z);
        gradient[highest[z] * d + z] += ofRange * 2 * extent;
        gradient[lowest[z] * d + z] -= ofRange * 2 * extent;
      }
    }
  }

  private double at(int i, int z) {
    return points[i * d + z];
  }
}
