package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Gram;
import java.util.Arrays;

/** {@link Gram}: G = X X^T, dX = (dG + dG^T) X. */
final class GramReference extends SampleExecutor {
  GramReference(Device device, Gram op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op.check(inputs, outputs), options);
  }

  @Override
  void run(Bindings in, Bindings out) {
    double[] x = in.get("vectors").toDoubles();
    double[] grams = new double[batch * k * k];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(gram(x, b), 0, grams, b * k * k, k * k);
    }
    write(out, "gram", grams);
    if (out.has("grad_vectors")) {
      double[][] partials = symmetric(in.get("grad_gram").toDoubles());
      double[] ones = new double[batch];
      Arrays.fill(ones, 1);
      writeGradient(out, "grad_vectors", gradient(x, partials, ones));
    }
  }

  /** (U + U^T) / 2 of each sample. */
  private double[][] symmetric(double[] upstream) {
    double[][] symmetric = new double[batch][k * k];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          double both = upstream[(b * k + i) * k + j] + upstream[(b * k + j) * k + i];
          symmetric[b][i * k + j] = both / 2;
        }
      }
    }
    return symmetric;
  }
}
