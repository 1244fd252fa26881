package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cases of the contrastive loss. */
final class ContrastiveCases implements CaseFamily {
  private static final int[][] SHAPES = {{12, 12, 24}, {1, 1, 8}, {5, 9, 16}, {67, 67, 33}};

  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    SimilarityCases.SIMILARITIES.keySet().stream()
        .sorted()
        .forEach(
            similarity -> {
              for (int n : SimilarityCases.SIMILARITIES.get(similarity)) {
                addTuples(cases, random, similarity, n);
                addAligned(cases, random, similarity, n);
              }
            });
    for (String similarity : List.of("volume", "jgcs", "mip")) {
      addProduct(cases, random, similarity, 1, 7);
      addProduct(cases, random, similarity, 2, 6);
      addProduct(cases, random, similarity, 3, 4);
    }
    cases.add(
        at(
            "volume n=3 d=1023",
            Map.of("similarity", "volume"),
            Tuples.random(random, 3, 33, 33, 1023)));
    return cases;
  }

  private static void addTuples(
      List<ValidationCase> cases, CaseRandom random, String similarity, int n) {
    String name = similarity + " n=" + n;
    Map<String, ?> plain = Map.of("similarity", similarity);
    for (int[] s : SHAPES) {
      String label = name + " B1=" + s[0] + " B2=" + s[1] + " d=" + s[2];
      cases.add(at(label, plain, Tuples.random(random, n, s[0], s[1], s[2])));
    }
    cases.add(
        at(
            name + " sigmoid",
            Map.of("similarity", similarity, "objective", "sigmoid", "scale", 8, "bias", -2),
            Tuples.random(random, n, 13, 13, 20)));
    cases.add(
        at(
            name + " raw, warm",
            Map.of(
                "similarity",
                similarity,
                "normalize",
                false,
                "temperature",
                20,
                "label_smoothing",
                0.05),
            Tuples.random(random, n, 10, 10, 12)));
    cases.add(
        at(
            name + " cold",
            Map.of("similarity", similarity, "temperature", 0.01, "label_smoothing", 0),
            Tuples.random(random, n, 16, 16, 40)));
    cases.add(
        at(
            name + " labels, scalars",
            plain,
            Tuples.random(random, n, 11, 8, 19)
                .with("labels", random.integers(8, 11))
                .with("temperature", Tensor.of(new double[] {0.2}))
                .with("grad_loss", Tensor.of(new double[] {-1.7}))));
    cases.add(
        at(
            name + " present",
            plain,
            Tuples.random(random, n, 10, 10, 18).with("present", random.mask(10, n))));
    cases.add(at(name, plain, Tuples.random(random, n, 9, 9, 37)).withStrides());
    cases.add(at(name + " degenerate", plain, Tuples.degenerate(random, n)).degenerate());
    if (n > 1) {
      cases.add(at(name + " d=1", plain, Tuples.random(random, n, 5, 5, 1)).degenerate());
    }
  }

  /** Losses next to zero. */
  private static void addAligned(
      List<ValidationCase> cases, CaseRandom random, String similarity, int n) {
    String name = similarity + " n=" + n + " aligned";
    Aligned aligned = Aligned.of(similarity);
    Map<String, ?> cold =
        Map.of(
            "similarity", similarity, "temperature", aligned.temperature(), "label_smoothing", 0);
    cases.add(at(name, cold, Aligned.tuples(random, similarity, n, 24, 40)));
    int[] apart = {7, 3, 0, 10, 5, 1, 12};
    cases.add(
        at(
            name + ", labels",
            cold,
            Aligned.tuples(random, similarity, n, 13, 36, apart)
                .with("labels", Tensor.of(apart, apart.length))));
    int[] shared = {2, 0, 2, 1, 5, 2, 0, 7};
    cases.add(
        at(
            name + ", shared labels, smooth",
            Map.of("similarity", similarity, "temperature", aligned.temperature()),
            Aligned.tuples(random, similarity, n, 9, 36, shared)
                .with("labels", Tensor.of(shared, shared.length))));
    cases.add(
        at(
            name + ", sigmoid",
            Map.of(
                "similarity",
                similarity,
                "objective",
                "sigmoid",
                "scale",
                aligned.scale(),
                "bias",
                aligned.bias()),
            Aligned.tuples(random, similarity, n, 13, 40)));
  }

  private static void addProduct(
      List<ValidationCase> cases, CaseRandom random, String similarity, int n, int batch) {
    cases.add(
        at(
            similarity + " product n=" + n,
            Map.of("similarity", similarity, "negatives", "product", "temperature", 0.2),
            Tuples.random(random, n, batch, batch, 16)));
    cases.add(
        at(
            similarity + " product n=" + n + " aligned",
            Map.of(
                "similarity",
                similarity,
                "negatives",
                "product",
                "temperature",
                Aligned.of(similarity).temperature()),
            Aligned.tuples(random, similarity, n, batch, 40)));
  }

  private static ValidationCase at(String label, Map<String, ?> parameters, Bindings inputs) {
    return new ValidationCase(label, Ops.of("contrastive", parameters), inputs);
  }
}
