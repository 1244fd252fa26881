package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.OpCases;
import io.gramian.conformance.RandomTensors;
import io.gramian.conformance.Rows;
import io.gramian.op.Uniformity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of the uniformity of a set of vectors. */
public final class UniformityCases implements OpCases {
  private static final int[][] SHAPES = {{16, 20}, {2, 5}, {133, 33}, {7, 257}};

  @Override
  public List<Case> cases(RandomTensors random) {
    Uniformity op = new Uniformity();
    Uniformity raw = op.normalize(false).t(0.03);
    List<Case> cases = new ArrayList<>();
    for (int[] s : SHAPES) {
      cases.add(Case.of(op, random).data("x", s[0], s[1]).build("B=" + s[0] + " d=" + s[1]));
      cases.add(Case.of(raw, random).data("x", s[0], s[1]).build("raw, B=" + s[0] + " d=" + s[1]));
    }
    cases.add(Case.of(op.t(40), random).data("x", 31, 24).build("t = 40"));
    cases.add(
        Case.of(op, random).data("x", 9, 12).scalar("grad_loss", -1.7).strided().build("upstream"));
    cases.add(Case.of(op, random).tensor("x", cone(random, 37, 40)).build("cone"));
    Tensor rows = random.normal(8, 12);
    cases.add(
        Case.of(op, random)
            .tensor("x", Rows.zero(Rows.copy(rows, 1, rows, 0), 5))
            .degenerate()
            .build("equal and zero rows"));
    cases.add(Case.of(op, random).data("x", 1, 6).degenerate().build("a single row"));
    double[] ones = new double[5 * 7];
    Arrays.fill(ones, 1);
    cases.add(Case.of(op, random).values("x", ones, 5, 7).degenerate().build("all equal"));
    cases.add(
        Case.of(op.normalize(false), random)
            .tensor("x", random.uniform(-30, 30, 6, 9))
            .degenerate()
            .build("far apart"));
    return cases;
  }

  /** Rows within a degree or two of one direction. */
  private static Tensor cone(RandomTensors random, int rows, int d) {
    double[] common = random.normal(d).toDoubles();
    double[] values = random.normal(rows, d).toDoubles();
    Arrays.setAll(values, i -> common[i % d] + 0.02 * values[i]);
    return Tensor.of(values, rows, d);
  }
}
