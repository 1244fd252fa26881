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

/** Cases of the whole Set-CLIP loss. */
public final class SetClipCases implements OpCases {
  @Override
  public List<Case> cases(RandomTensors random) {
    return List.of(
        at(random, 32, 20, Map.of("matched", 5, "temperature", 0.5)).build("matched=5"),
        at(random, 80, 24, Map.of("matched", 12, "temperature", 0.5)).build("matched=12"),
        at(random, 66, 33, Map.of("matched", 20, "temperature", 1, "bandwidth", 1))
            .build("matched=20"),
        at(random, 18, 12, Map.of("matched", 9, "temperature", 1, "weight_density", 0))
            .build("without density"),
        at(random, 20, 21, Map.of("matched", 4, "temperature", 1))
            .scalar("grad_loss", 1.2)
            .strided()
            .build("matched=4, upstream"),
        aligned(random, 12, 40));
  }

  /** Without the parts that are not next to zero for any sets. */
  private static Case aligned(RandomTensors random, int samples, int d) {
    double[] unit = Aligned.views(random, samples, d).toDoubles();
    Arrays.setAll(unit, i -> unit[i] / Math.sqrt(d));
    Tensor image = Tensor.of(unit, 2L * samples, d);
    Map<String, ?> parameters =
        Map.of("matched", 7, "temperature", 0.06, "weight_density", 0, "weight_mmd", 0);
    return Case.of(Ops.of("set-clip", parameters), random)
        .tensor("image_views", image)
        .tensor("text_views", random.around(image, 0.02 / Math.sqrt(d)))
        .build("aligned");
  }

  private static CaseBuilder at(RandomTensors random, int rows, int d, Map<String, ?> parameters) {
    return Case.of(Ops.of("set-clip", parameters), random)
        .data("image_views", rows, d)
        .data("text_views", rows, d);
  }
}
