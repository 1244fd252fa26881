package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.NtXent;
import io.gramian.op.Sizes;
import io.gramian.reference.math.CrossEntropy;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Loss;
import io.gramian.reference.math.Rows;

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
    double[] logits = Dense.timesTransposed(units.values, rows, units.values, rows, d);
    Dense.scale(logits, 1 / temperature);
    double[] ofLogits = new double[logits.length];
    double loss = 0;
    for (int i = 0; i < rows; i++) {
      loss += addRow(logits, rows, i, ofLogits) / rows;
    }
    double ofTemperature = -Dense.dot(ofLogits, 0, logits, 0, logits.length) / temperature;
    Dense.scale(ofLogits, 1 / temperature);
    double[] gradient = new double[views.length];
    Dense.addProductGradients(
        ofLogits, units.values, gradient, rows, units.values, gradient, rows, d);
    return new Loss(loss, units.backward(gradient), new double[] {ofTemperature});
  }

  /** The cross-entropy of a row; adds its share of the gradient of the mean. */
  private static double addRow(double[] logits, int rows, int row, double[] gradient) {
    double[] others = new double[rows - 1];
    double[] ofOthers = new double[rows - 1];
    for (int j = 0; j < rows - 1; j++) {
      others[j] = logits[row * rows + skip(j, row)];
    }
    int partner = row ^ 1;
    int target = partner < row ? partner : partner - 1;
    double loss = CrossEntropy.add(others, 0, 1, rows - 1, target, 0, 1.0 / rows, ofOthers);
    for (int j = 0; j < rows - 1; j++) {
      gradient[row * rows + skip(j, row)] = ofOthers[j];
    }
    return loss;
  }

  /** The column of element j of a row without its diagonal. */
  private static int skip(int j, int row) {
    return j < row ? j : j + 1;
  }
}
