package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cases of the ops over the k vectors of each sample: gram, logdet, volume. */
final class VectorCases implements CaseFamily {
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

  private final String op;
  private final String result;

  /**
   * @param op the name of the op
   * @param result the name of its output
   */
  VectorCases(String op, String result) {
    this.op = op;
    this.result = result;
  }

  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    for (int[] s : SHAPES) {
      String label = "B=" + s[0] + " k=" + s[1] + " d=" + s[2];
      cases.add(at(label, Map.of(), random, random.normal(s[0], s[1], s[2])));
    }
    cases.add(at("B=9 k=4 d=36", Map.of(), random, random.normal(9, 4, 36)).withStrides());
    cases.add(at("B=6 k=3 d=129", Map.of(), random, random.normal(6, 3, 129)).withStrides());
    if (op.equals("volume")) {
      cases.add(at("unit", Map.of("normalize", true), random, random.normal(17, 4, 48)));
    }
    if (op.equals("logdet")) {
      cases.add(at("ridge", Map.of("ridge", 0.3), random, random.normal(17, 4, 48)));
      cases.add(at("ridge, k > d", Map.of("ridge", 0.3), random, random.normal(5, 6, 3)));
    }
    cases.add(at("k > d", Map.of(), random, random.normal(4, 5, 3)).degenerate());
    cases.add(at("duplicates", Map.of(), random, Degenerate.duplicateVectors(random)).degenerate());
    cases.add(at("zero vectors", Map.of(), random, Degenerate.zeroVectors(random)).degenerate());
    cases.add(
        at("all zero", Map.of(), random, Tensor.of(new double[2 * 3 * 8], 2, 3, 8)).degenerate());
    return cases;
  }

  private ValidationCase at(
      String label, Map<String, ?> parameters, CaseRandom random, Tensor vectors) {
    Op configured = Ops.of(op, parameters);
    long batch = vectors.spec().size(0);
    long k = vectors.spec().size(1);
    Tensor upstream = op.equals("gram") ? random.normal(batch, k, k) : random.normal(batch);
    Bindings inputs = Bindings.of("vectors", vectors).with("grad_" + result, upstream);
    return new ValidationCase(label, configured, inputs);
  }
}
