package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cases of the distances between two sets of points: semantic-density and mmd. */
final class SetPairCases implements CaseFamily {
  private static final int[][] SHAPES = {{16, 16, 20}, {16, 11, 20}, {2, 3, 5}, {67, 41, 33}};

  private final String op;

  /**
   * @param op the name of the op
   */
  SetPairCases(String op) {
    this.op = op;
  }

  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    for (int[] s : SHAPES) {
      String label = "Bx=" + s[0] + " By=" + s[1] + " d=" + s[2];
      cases.add(at(label, Map.of(), random.normal(s[0], s[2]), random.normal(s[1], s[2])));
    }
    cases.add(at("d=37", Map.of(), random.normal(9, 37), random.normal(12, 37)).withStrides());
    cases.add(other(random));
    Tensor same = random.normal(8, 12);
    cases.add(at("equal sets", Map.of(), same, Tensor.of(same.toDoubles(), 8, 12)).degenerate());
    Tensor point = Tensor.of(new double[4 * 6], 4, 6);
    cases.add(at("points at zero", Map.of(), point, random.normal(5, 6)).degenerate());
    return cases;
  }

  private ValidationCase other(CaseRandom random) {
    Map<String, ?> parameters =
        op.equals("mmd")
            ? Map.of("variances", List.of(0.01, 0.5, 1, 5, 20, 1000.0))
            : Map.of("bandwidth", 1.2);
    return at(parameters.toString(), parameters, random.normal(14, 10), random.normal(13, 10));
  }

  private ValidationCase at(String label, Map<String, ?> parameters, Tensor x, Tensor y) {
    return new ValidationCase(label, Ops.of(op, parameters), Bindings.of("x", x).with("y", y));
  }
}
