package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.op.ClipMatched;
import java.util.List;

/** Cases of CLIP's loss over the rows that are known to match. */
final class ClipMatchedCases implements CaseFamily {
  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    return List.of(
        at(random, 16, 20, 5, 1),
        at(random, 1, 8, 1, 1),
        at(random, 67, 33, 67, 2),
        at(random, 21, 37, 9, 5).withStrides());
  }

  private static ValidationCase at(
      CaseRandom random, int rows, int d, int matched, double temperature) {
    return new ValidationCase(
        "B=" + rows + " d=" + d + " matched=" + matched,
        new ClipMatched(matched, temperature),
        Bindings.of("image", random.normal(rows, d)).with("text", random.normal(rows, d)));
  }
}
