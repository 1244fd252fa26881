package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Cases of the N-way tensor of scores. */
final class NwayCases implements CaseFamily {
  private static final int[][] SHAPES = {
    {5, 7}, {5, 6, 4}, {1, 1, 1}, {3, 4, 2, 3}, {2, 3, 2, 2, 3}
  };

  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    for (String similarity : List.of("volume", "jgcs", "jgcs-squared", "mip")) {
      for (int[] extents : SHAPES) {
        cases.add(at(similarity, true, extents, 17, random));
      }
      cases.add(at(similarity, false, new int[] {4, 3, 5}, 9, random));
      cases.add(at(similarity, true, new int[] {4, 5, 3}, 33, random).withStrides());
    }
    cases.add(at("cosine", true, new int[] {6, 5}, 12, random));
    cases.add(at("area", true, new int[] {4, 5, 3}, 12, random));
    cases.add(at("volume", true, new int[] {3, 3, 3}, 2, random).degenerate());
    return cases;
  }

  private static ValidationCase at(
      String similarity, boolean normalize, int[] extents, int d, CaseRandom random) {
    Bindings inputs = Bindings.none();
    for (int i = 0; i < extents.length; i++) {
      inputs = inputs.with("modality" + (i + 1), random.normal(extents[i], d));
    }
    long[] shape = Arrays.stream(extents).asLongStream().toArray();
    return new ValidationCase(
        similarity + (normalize ? " " : " raw ") + Arrays.toString(extents) + " d=" + d,
        Ops.of("nway", Map.of("similarity", similarity, "normalize", normalize)),
        inputs.with("grad_tensor", random.normal(shape)));
  }
}
