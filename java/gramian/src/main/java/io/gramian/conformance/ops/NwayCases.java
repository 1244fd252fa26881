package io.gramian.conformance.ops;

import io.gramian.conformance.Case;
import io.gramian.conformance.CaseBuilder;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Nway;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of the N-way tensor of scores. */
public final class NwayCases implements OpCases {
  private static final int[][] SHAPES = {
    {5, 7}, {5, 6, 4}, {1, 1, 1}, {3, 4, 2, 3}, {2, 3, 2, 2, 3}
  };

  @Override
  public List<Case> cases(RandomTensors random) {
    List<Case> cases = new ArrayList<>();
    for (Similarity similarity : Similarity.all()) {
      RandomTensors own = random.named(similarity.label());
      Nway unit = new Nway(similarity);
      for (int[] rows : SHAPES) {
        if (takes(similarity, rows)) {
          cases.add(at(unit, own, 17, rows).build(label(unit, 17, rows)));
        }
      }
      int[] rows = takes(similarity, 4, 5, 3) ? new int[] {4, 5, 3} : new int[] {6, 5};
      cases.add(at(unit, own, 33, rows).strided().build(label(unit, 33, rows)));
      Nway raw = new Nway(similarity, false);
      cases.add(at(raw, own, 9, rows).build(label(raw, 9, rows)));
      cases.add(at(unit, own, 2, rows).degenerate().build(label(unit, 2, rows) + ", k > d"));
    }
    return cases;
  }

  private static boolean takes(Similarity similarity, int... rows) {
    int n = rows.length - 1;
    return n >= similarity.minTuple() && n <= similarity.maxTuple();
  }

  private static String label(Nway op, int d, int... rows) {
    return op.similarity().label()
        + (op.normalize() ? " " : " raw ")
        + Arrays.toString(rows)
        + " d="
        + d;
  }

  private static CaseBuilder at(Nway op, RandomTensors random, int d, int... rows) {
    CaseBuilder builder = Case.of(op, random);
    for (int i = 0; i < rows.length; i++) {
      builder.data("modality" + (i + 1), rows[i], d);
    }
    return builder.upstream();
  }
}
