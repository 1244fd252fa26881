package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.SetClip;
import io.gramian.op.Sizes;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Loss;

/** {@link SetClip}: the weighted sum of its parts. */
final class SetClipReference extends ReferenceExecutor {
  private final SetClip op;
  private final int rows;
  private final int d;

  SetClipReference(Device device, SetClip op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    Sizes sizes = op.check(inputs, outputs);
    this.rows = sizes.intOf("rows");
    this.d = sizes.intOf("d");
  }

  @Override
  void run(Bindings in, Bindings out) {
    double[] imageViews = in.get("image_views").toDoubles();
    double[] textViews = in.get("text_views").toDoubles();
    double[] image = evenRows(imageViews);
    double[] text = evenRows(textViews);
    double tau = op.temperature();
    SetClip.Weights weights = op.weights();

    Sum sum = new Sum();
    sum.addViews(weights.imageSsl(), NtXentReference.loss(imageViews, rows, d, tau), sum.image);
    sum.addViews(weights.textSsl(), NtXentReference.loss(textViews, rows, d, tau), sum.text);
    sum.addPair(weights.density(), SemanticDensityReference.loss(image, text, d, op.bandwidth()));
    sum.addPair(weights.mmd(), MmdReference.loss(image, text, d, op.variances()));
    sum.addPair(
        weights.clip(), ClipMatchedReference.loss(image, text, rows / 2, d, op.matched(), tau));
    writeLoss(in, out, new Loss(sum.loss, sum.image, sum.text), "image_views", "text_views");
  }

  private double[] evenRows(double[] views) {
    double[] even = new double[rows / 2 * d];
    for (int i = 0; i < rows / 2; i++) {
      System.arraycopy(views, 2 * i * d, even, i * d, d);
    }
    return even;
  }

  /** The loss so far and its gradients with respect to the views. */
  private final class Sum {
    double loss;
    final double[] image = new double[rows * d];
    final double[] text = new double[rows * d];

    /** Adds a loss of all views of one side. */
    void addViews(double weight, Loss part, double[] gradient) {
      loss += weight * part.value();
      Dense.addScaled(weight, part.gradients()[0], 0, gradient, 0, gradient.length);
    }

    /** Adds a loss of the even rows of image and text. */
    void addPair(double weight, Loss part) {
      loss += weight * part.value();
      for (int i = 0; i < rows / 2; i++) {
        Dense.addScaled(weight, part.gradients()[0], i * d, image, 2 * i * d, d);
        Dense.addScaled(weight, part.gradients()[1], i * d, text, 2 * i * d, d);
      }
    }
  }
}
