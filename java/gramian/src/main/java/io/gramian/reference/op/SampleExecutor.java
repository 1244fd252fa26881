package io.gramian.reference.op;

import io.gramian.PlanOptions;
import io.gramian.op.Sizes;
import io.gramian.reference.math.Dense;

/** What ops over the k vectors of each sample, [B,k,d], share. */
abstract class SampleExecutor extends ReferenceExecutor {
  final int batch;
  final int k;
  final int d;

  SampleExecutor(Sizes sizes, PlanOptions options) {
    super(options);
    this.batch = sizes.intOf("B");
    this.k = sizes.intOf("k");
    this.d = sizes.intOf("d");
  }

  /** The Gram matrix [k,k] of a sample. */
  final double[] gram(double[] x, int sample) {
    double[] gram = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        gram[i * k + j] = Dense.dot(x, (sample * k + i) * d, x, (sample * k + j) * d, d);
      }
    }
    return gram;
  }

  /**
   * The gradient 2 u_b P_b X_b of values whose partial derivatives with respect to the Gram
   * matrices are the symmetric P_b.
   *
   * @param upstream u_b
   */
  final double[] gradient(double[] x, double[][] partials, double[] upstream) {
    double[] gradient = new double[x.length];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          double weight = 2 * upstream[b] * partials[b][i * k + j];
          Dense.addScaled(weight, x, (b * k + j) * d, gradient, (b * k + i) * d, d);
        }
      }
    }
    return gradient;
  }
}
