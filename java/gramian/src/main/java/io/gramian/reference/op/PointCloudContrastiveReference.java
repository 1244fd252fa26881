package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.PointCloudContrastive;
import io.gramian.reference.math.CrossEntropySum;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.Embedding;
import io.gramian.reference.math.InfoNce;
import io.gramian.reference.math.Inputs;
import io.gramian.reference.math.Loss;
import io.gramian.reference.math.PointClouds;

/** {@link PointCloudContrastive}: InfoNCE of scale times the products of embeddings. */
final class PointCloudContrastiveReference extends ReferenceExecutor {
  private final PointCloudContrastive op;
  private final int batch;

  PointCloudContrastiveReference(
      Device device, PointCloudContrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
    this.batch = op.check(inputs, outputs).intOf("B");
  }

  @Override
  void run(Bindings in, Bindings out) {
    double scale = Inputs.scalar(in, "scale", op.scale());
    Embedding embedding = new Embedding(in, op.embedding());
    PointClouds x = PointClouds.read(in, "x_");
    PointClouds y = PointClouds.read(in, "y_");
    int width = embedding.width(x.d());
    double[] embeddedX = embedding.forward(x);
    double[] embeddedY = embedding.forward(y);
    double[] products = Dense.timesTransposed(embeddedX, batch, embeddedY, batch, width);
    CrossEntropySum sum = new CrossEntropySum(products, scale);
    double loss = InfoNce.add(sum, batch, batch, Inputs.diagonal(batch), 0);

    double[] ofProducts = sum.ofScores();
    double[] ofScale = {sum.ofFactor()};
    double[] ofX = new double[embeddedX.length];
    double[] ofY = new double[embeddedY.length];
    Dense.addProductGradients(ofProducts, embeddedX, ofX, batch, embeddedY, ofY, batch, width);
    double[][] gradX = embedding.backward(x, ofX);
    double[][] gradY = embedding.backward(y, ofY);
    writeLoss(
        in,
        out,
        new Loss(loss, gradX[0], gradX[1], gradY[0], gradY[1], ofScale),
        "x_points",
        "x_weights",
        "y_points",
        "y_weights",
        "scale");
  }
}
