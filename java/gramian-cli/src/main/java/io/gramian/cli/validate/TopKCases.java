package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cases of streamed retrieval. Scores lie far enough apart for indices to be compared exactly. */
final class TopKCases implements CaseFamily {
  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    SimilarityCases.SIMILARITIES.keySet().stream()
        .sorted()
        .forEach(
            similarity -> {
              int n = SimilarityCases.SIMILARITIES.get(similarity)[0];
              String name = similarity + " n=" + n;
              cases.add(at(name, similarity, 5, Tuples.random(random, n, 13, 17, 24)));
              cases.add(at(name + " B=1", similarity, 1, Tuples.random(random, n, 1, 1, 9)));
              cases.add(
                  at(name + " all", similarity, 11, Tuples.random(random, n, 7, 11, 33))
                      .withStrides());
              cases.add(
                  at(
                      name + " labels, present",
                      similarity,
                      3,
                      Tuples.random(random, n, 12, 8, 20)
                          .with("labels", random.integers(8, 12))
                          .with("present", random.mask(8, n))));
            });
    return cases;
  }

  private static ValidationCase at(String label, String similarity, int count, Bindings inputs) {
    return new ValidationCase(
        label, Ops.of("topk", Map.of("similarity", similarity, "count", count)), inputs);
  }
}
