package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Sizes;
import io.gramian.op.Uniformity;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Loss;
import io.gramian.reference.math.Rows;

/** {@link Uniformity}: kernels of all pairs of two vectors. */
final class UniformityReference extends ReferenceExecutor {
  private final Uniformity op;
  private final int count;
  private final int d;

  UniformityReference(
      Device device, Uniformity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    this.count = sizes.intOf("B");
    this.d = sizes.intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    Rows rows = Rows.of(in.get("x").toDoubles(), count, d, op.normalize());
    double[] x = rows.values;
    double[] gradient = new double[x.length];
    double nearest = nearest(x);
    double pairs = count * (count - 1.0) / 2;
    // Of the nearest pair the kernel is 1: the mean is far from 0, and near 1 log1p has its digits.
    double excess = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        excess += Math.expm1(op.t() * (nearest - distance(x, i, j)));
      }
    }
    double mean = pairs == 0 ? 0 : excess / pairs;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double kernel = Math.exp(op.t() * (nearest - distance(x, i, j)));
        double ofDistance = -op.t() * kernel / (pairs * (1 + mean));
        Dense.addDistanceGradients(ofDistance, x, gradient, i * d, x, gradient, j * d, d);
      }
    }
    double loss = Math.log1p(mean) - op.t() * nearest;
    writeLoss(in, out, new Loss(loss, rows.backward(gradient)), "x");
  }

  /** The least squared distance of a pair, or of a single row from itself; NaN if not finite. */
  private double nearest(double[] x) {
    double least = count < 2 ? distance(x, 0, 0) : Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double distance = distance(x, i, j);
        least = Math.min(least, Double.isFinite(distance) ? distance : Double.NaN);
      }
    }
    return least;
  }

  private double distance(double[] x, int i, int j) {
    return Dense.squaredDistance(x, i * d, x, j * d, d);
  }
}
