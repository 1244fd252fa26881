package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.NtXent;
import io.gramian.op.Sizes;
import io.gramian.reference.math.CrossEntropySum;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Loss;
import io.gramian.reference.math.Rows;
import java.util.Arrays;
import java.util.stream.IntStream;

/** {@link NtXent}: the cross-entropy of every row of cosines without its diagonal. */
final class NtXentReference extends ReferenceExecutor {
  private final NtXent op;
  private final int rows;
  private final int d;

  NtXentReference(Device device, NtXent op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    this.rows = sizes.intOf("rows");
    this.d = sizes.intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    double temperature = Inputs.scalar(in, "temperature", op.temperature());
    Loss loss = loss(in.get("views").toDoubles(), rows, d, temperature);
    writeLoss(in, out, loss, "views", "temperature");
  }

  /** The mean cross-entropy and the gradients of the views and the temperature. */
  static Loss loss(double[] views, int rows, int d, double temperature) {
    Rows units = Rows.unit(views, rows, d, Rows.FLOOR);
    double[] cosines = Dense.timesTransposed(units.values, rows, units.values, rows, d);
    double[] ofCosines = new double[cosines.length];
    double loss = 0;
    double ofTemperature = 0;
    for (int i = 0; i < rows; i++) {
      int row = i;
      int[] others =
          IntStream.range(0, rows).filter(j -> j != row).map(j -> row * rows + j).toArray();
      double[] ofRow = Arrays.stream(others).mapToDouble(at -> cosines[at]).toArray();
      CrossEntropySum sum = new CrossEntropySum(ofRow, 1 / temperature);
      int target = Arrays.binarySearch(others, row * rows + (row ^ 1));
      loss += sum.add(0, 1, rows - 1, target, 0, 1.0 / rows) / rows;
      ofTemperature += sum.ofTemperature();
      double[] gradients = sum.ofScores();
      for (int t = 0; t < others.length; t++) {
        ofCosines[others[t]] = gradients[t];
      }
    }
    double[] gradient = new double[views.length];
    Dense.addProductGradients(
        ofCosines, units.values, gradient, rows, units.values, gradient, rows, d);
    return new Loss(loss, units.backward(gradient), new double[] {ofTemperature});
  }
}
