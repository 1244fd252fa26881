package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.SemanticDensity;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Loss;
import io.gramian.reference.math.Spread;
import java.util.Arrays;

/** {@link SemanticDensity}: the densities of all points, compared by their logarithms. */
final class SemanticDensityReference extends ReferenceExecutor {
  private final double bandwidth;
  private final int d;

  SemanticDensityReference(
      Device device, SemanticDensity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.bandwidth = op.bandwidth();
    this.d = op.check(inputs, outputs).intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    Loss loss = loss(in.get("x").toDoubles(), in.get("y").toDoubles(), d, bandwidth);
    writeLoss(in, out, loss, "x", "y");
  }

  /** (J(X,Y) + J(Y,X)) (1/R_X + 1/R_Y) and the gradients of x and y. */
  static Loss loss(double[] x, double[] y, int d, double bandwidth) {
    PointSet setX = new PointSet(x, d);
    PointSet setY = new PointSet(y, d);
    double rangeX = setX.spread.range();
    double rangeY = setY.spread.range();
    double scale = 1 / rangeX + 1 / rangeY;
    double divergence =
        addDivergence(setX, setY, d, bandwidth, scale)
            + addDivergence(setY, setX, d, bandwidth, scale);
    setX.spread.addGradients(setX.ofVariance, -divergence / (rangeX * rangeX), setX.gradient);
    setY.spread.addGradients(setY.ofVariance, -divergence / (rangeY * rangeY), setY.gradient);
    return new Loss(divergence * scale, setX.gradient, setY.gradient);
  }

  /** Points with what has been added to their gradient and to that of their variance. */
  private static final class PointSet {
    final double[] points;
    final double[] gradient;
    final Spread spread;
    double ofVariance;

    PointSet(double[] points, int d) {
      this.points = points;
      this.gradient = new double[points.length];
      this.spread = new Spread(points, d);
    }
  }

  /** J(A,B) = sum over A of (p - q) (log p - log q); adds weight times its gradients. */
  private static double addDivergence(
      PointSet a, PointSet b, int d, double bandwidth, double weight) {
    double sum = 0;
    for (int i = 0; i < a.points.length; i += d) {
      Density inA = new Density(a, i, a, d, bandwidth);
      Density inB = new Density(a, i, b, d, bandwidth);
      double p = Math.exp(inA.logDensity);
      double q = Math.exp(inB.logDensity);
      double logRatio = inA.logDensity - inB.logDensity;
      sum += (p - q) * logRatio;
      inA.addGradients(weight * (p * logRatio + (p - q)));
      inB.addGradients(weight * (-q * logRatio - (p - q)));
    }
    return sum;
  }

  /** The logarithm of the density of a set at a point of a set. */
  private static final class Density {
    private final PointSet from;
    private final int at;
    private final PointSet set;
    private final int d;
    private final double divisor;
    private final double[] exponents;

    /** Each point's part of the density: exponents of 1e12 leave a logarithm no digits for it. */
    private final double[] shares;

    final double logDensity;

    Density(PointSet from, int at, PointSet set, int d, double bandwidth) {
      this.from = from;
      this.at = at;
      this.set = set;
      this.d = d;
      this.divisor = 4 * bandwidth * bandwidth * set.spread.variance();
      this.exponents = new double[set.points.length / d];
      for (int j = 0; j < exponents.length; j++) {
        exponents[j] = -Dense.squaredDistance(from.points, at, set.points, j * d, d) / divisor;
      }
      double max = Arrays.stream(exponents).max().getAsDouble();
      this.shares = Arrays.stream(exponents).map(exponent -> Math.exp(exponent - max)).toArray();
      double sum = Arrays.stream(shares).sum();
      Dense.scale(shares, 1 / sum);
      this.logDensity = max + Math.log(sum * 3 / (32 * Math.PI * bandwidth * bandwidth));
    }

    /** Adds the gradients of the log-density, times a weight, to the points and the variance. */
    void addGradients(double weight) {
      for (int j = 0; j < exponents.length; j++) {
        double ofExponent = weight * shares[j];
        Dense.addDistanceGradients(
            -ofExponent / divisor,
            from.points,
            from.gradient,
            at,
            set.points,
            set.gradient,
            j * d,
            d);
        set.ofVariance -= ofExponent * exponents[j] / set.spread.variance();
      }
    }
  }
}
