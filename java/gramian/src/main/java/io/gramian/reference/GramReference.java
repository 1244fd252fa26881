package io.gramian.reference;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Gram;
import io.gramian.op.Sizes;

/** {@link Gram}: G = X X^T, dX = (dG + dG^T) X. */
final class GramReference extends ReferenceExecutor {
  private final int batch;
  private final int k;
  private final int d;

  GramReference(Device device, Gram op, Specs inputs, Specs outputs, PlanOptions options) {
    super(inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    this.batch = sizes.intOf("B");
    this.k = sizes.intOf("k");
    this.d = sizes.intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    double[] x = in.get("vectors").toDoubles();
    double[] gram = new double[batch * k * k];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          for (int z = 0; z < d; z++) {
            gram[(b * k + i) * k + j] += x[(b * k + i) * d + z] * x[(b * k + j) * d + z];
          }
        }
      }
    }
    write(out, "gram", gram);
    if (!out.has("grad_vectors")) {
      return;
    }
    double[] upstream = in.get("grad_gram").toDoubles();
    double[] gradient = new double[x.length];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          double both = upstream[(b * k + i) * k + j] + upstream[(b * k + j) * k + i];
          for (int z = 0; z < d; z++) {
            gradient[(b * k + i) * d + z] += both * x[(b * k + j) * d + z];
          }
        }
      }
    }
    writeGradient(out, "grad_vectors", gradient);
  }
}
