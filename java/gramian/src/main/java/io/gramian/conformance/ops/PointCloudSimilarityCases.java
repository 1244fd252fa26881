package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.PointCloudSimilarity.Kernel;
import java.util.List;

/** Cases of the exact similarity of point clouds. */
public final class PointCloudSimilarityCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    return List.of(
        at(random, new Kernel.Gaussian(0.5), 6, 7, 12).build("gaussian Bx=6 By=7 d=12"),
        at(random, new Kernel.InverseMultiquadric(0.5), 6, 7, 12).build("imq Bx=6 By=7 d=12"),
        at(random, new Kernel.Gaussian(1.5), 1, 1, 3).build("gaussian Bx=1 By=1 d=3"),
        at(random, new Kernel.InverseMultiquadric(1.5), 13, 9, 37)
            .strided()
            .build("imq Bx=13 By=9 d=37"));
  }

  private static CaseBuilder at(RandomTensors random, Kernel kernel, int x, int y, int d) {
    return Clouds.pairs(new PointCloudSimilarity(kernel, 0.667, 0.333), random, x, y, d).upstream();
  }
}
