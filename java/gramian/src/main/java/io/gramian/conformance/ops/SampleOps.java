package io.gramian.conformance.ops;

import io.gramian.Tensor;
import io.gramian.conformance.Case;
import io.gramian.conformance.RandomTensors;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the ops over the k vectors of each sample have in common. */
final class SampleOps {
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {7, 2, 8},
    {5, 3, 17},
    {33, 4, 64},
    {9, 5, 31},
    {3, 8, 40},
    {4, 16, 67},
    {2, 5, 1023},
    {257, 3, 127},
    {65, 7, 12}
  };

  private SampleOps() {}

  static List<Case> cases(Op op, RandomTensors random) {
    List<Case> cases = new ArrayList<>();
    for (int[] s : SHAPES) {
      String label = "B=" + s[0] + " k=" + s[1] + " d=" + s[2];
      cases.add(at(op, random, label, random.normal(s[0], s[1], s[2])));
    }
    for (int[] s : new int[][] {{9, 4, 36}, {6, 3, 129}}) {
      String label = "B=" + s[0] + " k=" + s[1] + " d=" + s[2];
      cases.add(
          Case.of(op, random).data("vectors", s[0], s[1], s[2]).upstream().strided().build(label));
    }
    cases.add(degenerate(op, random, "k > d", random.normal(4, 5, 3)));
    cases.add(degenerate(op, random, "duplicates", duplicates(random)));
    cases.add(degenerate(op, random, "zero vectors", zeros(random)));
    cases.add(degenerate(op, random, "all zero", Tensor.of(new double[2 * 3 * 8], 2, 3, 8)));
    return cases;
  }

  static Case at(Op op, RandomTensors random, String label, Tensor vectors) {
    return Case.of(op, random).tensor("vectors", vectors).upstream().build(label);
  }

  private static Case degenerate(Op op, RandomTensors random, String label, Tensor vectors) {
    return Case.of(op, random).tensor("vectors", vectors).upstream().degenerate().build(label);
  }

  /** In the first sample two equal vectors, in the second two opposite ones. */
  private static Tensor duplicates(RandomTensors random) {
    int k = 4;
    int d = 24;
    double[] values = random.normal(3, k, d).toDoubles();
    for (int z = 0; z < d; z++) {
      values[2 * d + z] = values[z];
      values[(k + 3) * d + z] = -values[(k + 1) * d + z];
    }
    return Tensor.of(values, 3, k, d);
  }

  /** The second vector of the first sample and all of the last are zero. */
  private static Tensor zeros(RandomTensors random) {
    int k = 4;
    int d = 24;
    double[] values = random.normal(3, k, d).toDoubles();
    Arrays.fill(values, d, 2 * d, 0);
    Arrays.fill(values, 2 * k * d, values.length, 0);
    return Tensor.of(values, 3, k, d);
  }
}
