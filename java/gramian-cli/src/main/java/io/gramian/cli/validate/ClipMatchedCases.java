package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
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
        at(random, 21, 37, 9, 5).withStrides(),
        aligned(random, 23, 40, 9),
        aligned(random, 24, 40, 24));
  }

  private static ValidationCase aligned(CaseRandom random, int rows, int d, int matched) {
    Tensor image = random.normal(rows, d);
    return new ValidationCase(
        "aligned, B=" + rows + " d=" + d + " matched=" + matched,
        new ClipMatched(matched, 2),
        Bindings.of("image", image).with("text", Aligned.near(random, image)));
  }

  private static ValidationCase at(
      CaseRandom random, int rows, int d, int matched, double temperature) {
    return new ValidationCase(
        "B=" + rows + " d=" + d + " matched=" + matched,
        new ClipMatched(matched, temperature),
        Bindings.of("image", random.normal(rows, d)).with("text", random.normal(rows, d)));
  }
}
