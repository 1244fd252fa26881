package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.Volume;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.GramFunction;
import io.gramian.reference.math.Rows;
import io.gramian.reference.math.VolumeFunction;

/** {@link Volume}: V = sqrt(det(X X^T)), dX = V^2 / max(V, minVolume) (X X^T)^-1 X. */
final class VolumeReference extends SampleExecutor {
  private final Volume op;

  VolumeReference(Device device, Volume op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op.check(inputs, outputs), options);
    this.op = op;
  }

  @Override
  void run(Bindings in, Bindings out) {
    Rows rows = Rows.of(in.get("vectors").toDoubles(), batch * k, d, op.normalize());
    double[] x = rows.values;
    double[] volume = new double[batch];
    double[][] partials = new double[batch][k * k];
    boolean[] absent = new boolean[k];
    GramFunction negative = new VolumeFunction(op.minVolume(), k);
    for (int b = 0; b < batch; b++) {
      double[] gram = gram(x, b);
      volume[b] = -negative.score(gram, absent);
      negative.partials(gram, absent, partials[b]);
    }
    write(out, "volume", volume);
    if (out.has("grad_vectors")) {
      double[] upstream = Dense.scale(in.get("grad_volume").toDoubles(), -1);
      writeGradient(out, "grad_vectors", rows.backward(gradient(x, partials, upstream)));
    }
  }
}
