package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.op.Ops;
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
        at(random, 20, 21, Map.of("matched", 4, "temperature", 1)).withStrides());
  }

  private static ValidationCase at(CaseRandom random, int rows, int d, Map<String, ?> parameters) {
    return new ValidationCase(
        "rows=" + rows + " d=" + d + " " + new TreeMap<>(parameters),
        Ops.of("set-clip", parameters),
        Bindings.of("image_views", random.normal(rows, d))
            .with("text_views", random.normal(rows, d)));
  }
}
