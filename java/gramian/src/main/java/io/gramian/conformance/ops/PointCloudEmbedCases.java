package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.PointCloudEmbed;
import java.util.List;

/** Cases of point cloud embeddings. */
public final class PointCloudEmbedCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    return List.of(
        at(random, 6, 9, 12, 32).build("B=6 M=9 d=12 D=32"),
        at(random, 1, 1, 3, 1).build("B=1 M=1 d=3 D=1"),
        at(random, 17, 5, 33, 67).build("B=17 M=5 d=33 D=67"),
        at(random, 4, 7, 21, 40).strided().build("B=4 M=7 d=21 D=40"));
  }

  private static CaseBuilder at(RandomTensors random, int batch, int points, int d, int features) {
    return Case.of(new PointCloudEmbed(), random)
        .data("points", batch, points, d)
        .data("weights", batch, points)
        .data("frequencies", features, d)
        .data("phases", features)
        .upstream();
  }
}
