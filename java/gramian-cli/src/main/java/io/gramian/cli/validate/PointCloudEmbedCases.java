package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.op.Ops;
import java.util.List;
import java.util.Map;

/** Cases of point cloud embeddings. */
final class PointCloudEmbedCases implements CaseFamily {
  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    return List.of(
        at(random, 6, 9, 12, 32),
        at(random, 1, 1, 3, 1),
        at(random, 17, 5, 33, 67),
        at(random, 4, 7, 21, 40).withStrides());
  }

  private static ValidationCase at(CaseRandom random, int batch, int points, int d, int features) {
    return new ValidationCase(
        "B=" + batch + " M=" + points + " d=" + d + " D=" + features,
        Ops.of("pointcloud-embed", Map.of()),
        Bindings.of("points", random.normal(batch, points, d))
            .with("weights", random.normal(batch, points))
            .with("frequencies", random.normal(features, d))
            .with("phases", random.normal(features))
            .with("grad_embedding", random.normal(batch, d + features)));
  }
}
