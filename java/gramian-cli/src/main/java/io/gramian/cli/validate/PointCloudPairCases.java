package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Cases of pairs of point clouds: pointcloud-similarity and pointcloud-contrastive. */
final class PointCloudPairCases implements CaseFamily {
  private static final int FEATURES = 32;

  private final String op;

  /**
   * @param op the name of the op
   */
  PointCloudPairCases(String op) {
    this.op = op;
  }

  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    if (op.equals("pointcloud-similarity")) {
      cases.add(similarity(random, Map.of("kernel", "gaussian", "sigma", 0.5), 6, 7, 12));
      cases.add(similarity(random, Map.of("kernel", "imq", "c", 0.5), 6, 7, 12));
      cases.add(similarity(random, Map.of("kernel", "gaussian", "sigma", 1.5), 1, 1, 3));
      cases.add(similarity(random, Map.of("kernel", "imq", "c", 1.5), 13, 9, 37).withStrides());
    } else {
      cases.add(contrastive(random, Map.of(), 6, 12));
      cases.add(contrastive(random, Map.of("scale", 3), 1, 5));
      cases.add(contrastive(random, Map.of("linear_weight", 0.2), 23, 37).withStrides());
      cases.add(aligned(random, 16, 37));
    }
    return cases;
  }

  private ValidationCase similarity(
      CaseRandom random, Map<String, ?> parameters, int bx, int by, int d) {
    return new ValidationCase(
        parameters.get("kernel") + " Bx=" + bx + " By=" + by + " d=" + d,
        Ops.of(op, parameters),
        clouds(random, bx, by, d).with("grad_similarity", random.normal(bx, by)));
  }

  private ValidationCase contrastive(
      CaseRandom random, Map<String, ?> parameters, int batch, int d) {
    return new ValidationCase(
        "B=" + batch + " d=" + d + " " + parameters,
        Ops.of(op, parameters),
        clouds(random, batch, batch, d)
            .with("frequencies", random.normal(FEATURES, d))
            .with("phases", random.normal(FEATURES)));
  }

  /** A loss next to zero. */
  private ValidationCase aligned(CaseRandom random, int batch, int d) {
    Tensor points = random.normal(batch, 9, d);
    double[] ones = new double[batch * 9];
    Arrays.fill(ones, 1);
    Tensor weights = random.around(Tensor.of(ones, batch, 9), 0.3);
    return new ValidationCase(
        "aligned, B=" + batch + " d=" + d,
        Ops.of(op, Map.of("scale", 150, "kernel_weight", 0.05)),
        Bindings.of("x_points", points)
            .with("x_weights", weights)
            .with("y_points", Aligned.near(random, points))
            .with("y_weights", Aligned.near(random, weights))
            .with("frequencies", random.normal(FEATURES, d))
            .with("phases", random.normal(FEATURES)));
  }

  private static Bindings clouds(CaseRandom random, int bx, int by, int d) {
    return Bindings.of("x_points", random.normal(bx, 9, d))
        .with("x_weights", random.normal(bx, 9))
        .with("y_points", random.normal(by, 7, d))
        .with("y_weights", random.normal(by, 7));
  }
}
