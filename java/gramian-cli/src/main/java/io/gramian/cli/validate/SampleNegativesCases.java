package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Ops;
import java.util.List;
import java.util.Map;

/** Cases of hard negatives: every backend must draw the same. */
final class SampleNegativesCases implements CaseFamily {
  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    Tensor step = Tensor.of(new int[] {5});
    return List.of(
        at("volume n=3", "volume", 1, Tuples.random(random, 3, 14, 14, 24)),
        at("cosine", "cosine", 2, Tuples.random(random, 1, 9, 13, 17)),
        at("jgcs n=2, step", "jgcs", 3, Tuples.random(random, 2, 8, 8, 12).with("step", step)),
        at("volume B=2", "volume", 4, Tuples.random(random, 2, 2, 2, 8)),
        at(
            "volume labels, present",
            "volume",
            -5,
            Tuples.random(random, 2, 10, 7, 16)
                .with("labels", random.integers(7, 10))
                .with("present", random.mask(7, 2))
                .with("temperature", Tensor.of(new double[] {0.3}))),
        at("volume n=2", "volume", 6, Tuples.random(random, 2, 11, 11, 37)).withStrides());
  }

  private static ValidationCase at(String label, String similarity, long seed, Bindings inputs) {
    return new ValidationCase(
        label, Ops.of("sample-negatives", Map.of("similarity", similarity, "seed", seed)), inputs);
  }
}
