package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.ClipMatched;
import io.gramian.op.Sizes;
import io.gramian.reference.math.CrossEntropySum;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.InfoNce;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Loss;

/** {@link ClipMatched}: cross-entropies of the first rows and columns of T I^T / tau. */
final class ClipMatchedReference extends ReferenceExecutor {
  private final ClipMatched op;
  private final int batch;
  private final int d;

  ClipMatchedReference(
      Device device, ClipMatched op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    this.batch = sizes.intOf("B");
    this.d = sizes.intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    double[] image = in.get("image").toDoubles();
    double[] text = in.get("text").toDoubles();
    double temperature = Inputs.scalar(in, "temperature", op.temperature());
    Loss loss = loss(image, text, batch, d, op.matched(), temperature);
    writeLoss(in, out, loss, "image", "text", "temperature");
  }

  /** The loss and the gradients of image, text and temperature. */
  static Loss loss(
      double[] image, double[] text, int batch, int d, int matched, double temperature) {
    double[] products = Dense.timesTransposed(text, batch, image, batch, d);
    CrossEntropySum sum = new CrossEntropySum(products, 1 / temperature);
    double loss = InfoNce.add(sum, batch, batch, Inputs.diagonal(matched), 0);
    double[] ofImage = new double[image.length];
    double[] ofText = new double[text.length];
    Dense.addProductGradients(sum.ofScores(), text, ofText, batch, image, ofImage, batch, d);
    return new Loss(loss, ofImage, ofText, new double[] {sum.ofTemperature()});
  }
}
