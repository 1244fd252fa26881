package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Ops;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cases of the whole Set-CLIP loss. */
final class SetClipCases implements CaseFamily {
  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    return List.of(
        at(random, 32, 20, Map.of("matched", 5, "temperature", 0.5)),
        at(random, 66, 33, Map.of("matched", 20, "temperature", 1, "bandwidth", 1)),
        at(random, 18, 12, Map.of("matched", 9, "temperature", 1, "weight_density", 0)),
        at(random, 20, 21, Map.of("matched", 4, "temperature", 1)).withStrides(),
        aligned(random, 12, 40));
  }

  /** Without the parts that are not next to zero for any sets. */
  private static ValidationCase aligned(CaseRandom random, int samples, int d) {
    Map<String, ?> parameters =
        Map.of("matched", 7, "temperature", 0.06, "weight_density", 0, "weight_mmd", 0);
    Tensor views = Aligned.views(random, samples, d);
    double[] unit = views.toDoubles();
    Arrays.setAll(unit, i -> unit[i] / Math.sqrt(d));
    Tensor image = Tensor.of(unit, 2L * samples, d);
    return new ValidationCase(
        "aligned, rows=" + 2 * samples + " d=" + d + " " + new TreeMap<>(parameters),
        Ops.of("set-clip", parameters),
        Bindings.of("image_views", image)
            .with("text_views", random.around(image, 0.02 / Math.sqrt(d))));
  }

  private static ValidationCase at(CaseRandom random, int rows, int d, Map<String, ?> parameters) {
    return new ValidationCase(
        "rows=" + rows + " d=" + d + " " + new TreeMap<>(parameters),
        Ops.of("set-clip", parameters),
        Bindings.of("image_views", random.normal(rows, d))
            .with("text_views", random.normal(rows, d)));
  }
}
