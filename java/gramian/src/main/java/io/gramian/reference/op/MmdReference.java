package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Mmd;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Loss;
import io.gramian.reference.math.Wide;

/** {@link Mmd}: kernels of all pairs, those of a point with itself among them. */
final class MmdReference extends ReferenceExecutor {
  /** The means of nearly equal sets have most of a double's digits in common. */
  private static final double CANCELLATION = 1e-4;

  private final double[] variances;
  private final int d;

  MmdReference(Device device, Mmd op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.variances = op.variances();
    this.d = op.check(inputs, outputs).intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    Loss loss = loss(in.get("x").toDoubles(), in.get("y").toDoubles(), d, variances);
    writeLoss(in, out, loss, "x", "y");
  }

  /** mean k(X,X) + mean k(Y,Y) - 2 mean k(X,Y) and the gradients of x and y. */
  static Loss loss(double[] x, double[] y, int d, double[] variances) {
    double[] gradX = new double[x.length];
    double[] gradY = new double[y.length];
    double withinX = addMean(1, x, gradX, x, gradX, d, variances);
    double withinY = addMean(1, y, gradY, y, gradY, d, variances);
    double loss = withinX + withinY + addMean(-2, x, gradX, y, gradY, d, variances);
    if (loss < CANCELLATION * (withinX + withinY)) {
      Wide sum = mean(x, x, d, variances).plus(mean(y, y, d, variances));
      loss = sum.plus(mean(x, y, d, variances).times(-2)).high();
    }
    return new Loss(loss, gradX, gradY);
  }

  /** factor times the mean kernel of two sets; adds its gradients. */
  private static double addMean(
      double factor,
      double[] a,
      double[] gradA,
      double[] b,
      double[] gradB,
      int d,
      double[] variances) {
    double weight = factor / ((a.length / d) * (double) (b.length / d));
    double sum = 0;
    for (int i = 0; i < a.length; i += d) {
      for (int j = 0; j < b.length; j += d) {
        double distance = Dense.squaredDistance(a, i, b, j, d);
        double ofDistance = 0;
        for (double variance : variances) {
          double kernel = Math.exp(-distance / (2 * variance));
          sum += kernel;
          ofDistance -= kernel / (2 * variance);
        }
        Dense.addDistanceGradients(weight * ofDistance, a, gradA, i, b, gradB, j, d);
      }
    }
    return weight * sum;
  }

  /** The mean kernel of two sets in twice the digits. */
  private static Wide mean(double[] a, double[] b, int d, double[] variances) {
    Wide sum = Wide.ZERO;
    for (int i = 0; i < a.length; i += d) {
      for (int j = 0; j < b.length; j += d) {
        Wide distance = squaredDistance(a, i, b, j, d);
        for (double variance : variances) {
          sum = sum.plus(distance.over(-2 * variance).exp());
        }
      }
    }
    return sum.over((a.length / d) * (double) (b.length / d));
  }

  private static Wide squaredDistance(double[] a, int i, double[] b, int j, int d) {
    Wide sum = Wide.ZERO;
    for (int z = 0; z < d; z++) {
      Wide difference = Wide.difference(a[i + z], b[j + z]);
      sum = sum.plus(difference.times(difference));
    }
    return sum;
  }
}
