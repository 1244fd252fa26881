package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.LogDet;
import io.gramian.reference.math.GatedCholesky;

/** {@link LogDet}: log det(X X^T + ridge I), dX = 2 (X X^T + ridge I)^-1 X. */
final class LogDetReference extends SampleExecutor {
  private final double ridge;

  LogDetReference(Device device, LogDet op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op.check(inputs, outputs), options);
    this.ridge = op.ridge();
  }

  @Override
  void run(Bindings in, Bindings out) {
    double[] x = in.get("vectors").toDoubles();
    double[] logdet = new double[batch];
    double[][] partials = new double[batch][k * k];
    GatedCholesky cholesky = new GatedCholesky(k);
    for (int b = 0; b < batch; b++) {
      double[] gram = gram(x, b);
      for (int i = 0; i < k; i++) {
        gram[i * k + i] += ridge;
      }
      logdet[b] = cholesky.factor(gram).logDeterminant();
      cholesky.inverse(partials[b]);
    }
    write(out, "logdet", logdet);
    if (out.has("grad_vectors")) {
      double[] upstream = in.get("grad_logdet").toDoubles();
      writeGradient(out, "grad_vectors", gradient(x, partials, upstream));
    }
  }
}
