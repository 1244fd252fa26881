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

  /**
   * mean k(X,X) + mean k(Y,Y) - 2 mean k(X,Y) and the gradients of x and y.
   *
   * <p>Of nearly equal sets the means have all of a double's digits in common, so kernels and sums
   * have more.
   */
  static Loss loss(double[] x, double[] y, int d, double[] variances) {
    double[] gradX = new double[x.length];
    double[] gradY = new double[y.length];
    Wide loss =
        addMean(1, x, gradX, x, gradX, d, variances)
            .plus(addMean(1, y, gradY, y, gradY, d, variances))
            .plus(addMean(-2, x, gradX, y, gradY, d, variances));
    return new Loss(loss.high(), gradX, gradY);
  }

  /** factor times the mean kernel of two sets; adds its gradients. */
  private static Wide addMean(
      double factor,
      double[] a,
      double[] gradA,
      double[] b,
      double[] gradB,
      int d,
      double[] variances) {
    double pairs = (a.length / d) * (double) (b.length / d);
    Wide sum = Wide.ZERO;
    for (int i = 0; i < a.length; i += d) {
      for (int j = 0; j < b.length; j += d) {
        Wide distance = squaredDistance(a, i, b, j, d);
        double ofDistance = 0;
        for (double variance : variances) {
          Wide kernel = distance.over(-2 * variance).exp();
          sum = sum.plus(kernel);
          ofDistance -= kernel.high() / (2 * variance);
        }
        Dense.addDistanceGradients(factor / pairs * ofDistance, a, gradA, i, b, gradB, j, d);
      }
    }
    return sum.times(factor).over(pairs);
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
