package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cases of the explicit matrix of scores. */
final class SimilarityCases implements CaseFamily {
  /** Each similarity with the sizes of tuples to try. */
  static final Map<String, int[]> SIMILARITIES =
      Map.of(
          "cosine", new int[] {1},
          "volume", new int[] {1, 2, 3, 4},
          "jgcs", new int[] {2, 3},
          "jgcs-squared", new int[] {1, 3},
          "mip", new int[] {2, 3},
          "area", new int[] {2});

  private static final int[][] SHAPES = {{12, 9, 24}, {1, 1, 8}, {37, 41, 67}, {5, 131, 33}};

  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    SIMILARITIES.keySet().stream()
        .sorted()
        .forEach(
            similarity -> {
              for (int n : SIMILARITIES.get(similarity)) {
                add(cases, random, similarity, n);
              }
            });
    return cases;
  }

  private static void add(List<ValidationCase> cases, CaseRandom random, String similarity, int n) {
    for (int[] s : SHAPES) {
      String label = similarity + " n=" + n + " B1=" + s[0] + " B2=" + s[1] + " d=" + s[2];
      cases.add(at(label, similarity, true, random, Tuples.random(random, n, s[0], s[1], s[2])));
    }
    String name = similarity + " n=" + n;
    cases.add(at(name + " raw", similarity, false, random, Tuples.random(random, n, 8, 7, 20)));
    cases.add(
        at(name, similarity, true, random, Tuples.random(random, n, 11, 6, 37)).withStrides());
    Bindings masked = Tuples.random(random, n, 9, 10, 18).with("present", random.mask(10, n));
    cases.add(at(name + " present", similarity, true, random, masked));
    cases.add(
        at(name + " degenerate", similarity, true, random, Tuples.degenerate(random, n))
            .degenerate());
  }

  private static ValidationCase at(
      String label, String similarity, boolean normalize, CaseRandom random, Bindings inputs) {
    long anchors = inputs.get("anchor").spec().size(0);
    long tuples = inputs.get("modality1").spec().size(0);
    return new ValidationCase(
        label,
        Ops.of("similarity", Map.of("similarity", similarity, "normalize", normalize)),
        inputs.with("grad_similarity", random.normal(anchors, tuples)));
  }
}
