package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Aligned;
import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Ops;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Cases of the contrastive loss of point clouds. */
public final class PointCloudContrastiveCases implements OpCases {
  private static final int FEATURES = 32;

  @Override
  public List<Case> cases(RandomTensors random) {
    return List.of(
        at(random, Map.of(), 6, 12).build("B=6 d=12"),
        at(random, Map.of("scale", 3), 1, 5).build("B=1 d=5"),
        at(random, Map.of("linear_weight", 0.2), 23, 37).strided().build("B=23 d=37"),
        at(random, Map.of(), 5, 8).scalar("scale", 5).scalar("grad_loss", -1.1).build("scalars"),
        aligned(random, 16, 37));
  }

  private static CaseBuilder at(RandomTensors random, Map<String, ?> parameters, int batch, int d) {
    return Clouds.pairs(Ops.of("pointcloud-contrastive", parameters), random, batch, batch, d)
        .data("frequencies", FEATURES, d)
        .data("phases", FEATURES);
  }

  /** A loss next to zero. */
  private static Case aligned(RandomTensors random, int batch, int d) {
    Tensor points = random.normal(batch, 9, d);
    double[] ones = new double[batch * 9];
    Arrays.fill(ones, 1);
    Tensor weights = random.around(Tensor.of(ones, batch, 9), 0.3);
    return at(random, Map.of("scale", 150, "kernel_weight", 0.05), batch, d)
        .tensor("x_points", points)
        .tensor("x_weights", weights)
        .tensor("y_points", Aligned.near(random, points))
        .tensor("y_weights", Aligned.near(random, weights))
        .build("aligned");
  }
}
