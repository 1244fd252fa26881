package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.NtXent;
import java.util.ArrayList;
import java.util.List;

/** Cases of the loss of two views per sample. */
final class ViewCases implements CaseFamily {
  private static final int[][] SHAPES = {{32, 20}, {2, 8}, {134, 33}, {6, 257}};

  @Override
  public List<ValidationCase> cases(CaseRandom random) {
    List<ValidationCase> cases = new ArrayList<>();
    for (int[] s : SHAPES) {
      String label = "rows=" + s[0] + " d=" + s[1];
      cases.add(at(label, 0.05, random.normal(s[0], s[1])));
    }
    cases.add(at("aligned", 0.05, Aligned.views(random, 12, 40)));
    cases.add(at("aligned", 0.05, Aligned.views(random, 67, 48)));
    cases.add(at("warm", 1.3, random.normal(18, 12)).withStrides());
    Tensor rows = random.normal(8, 12);
    Tensor degenerate = Degenerate.withZeroRow(Degenerate.withRowOf(rows, 1, rows, 0), 5);
    cases.add(at("degenerate", 0.2, degenerate).degenerate());
    return cases;
  }

  private static ValidationCase at(String label, double temperature, Tensor views) {
    return new ValidationCase(label, new NtXent(temperature), Bindings.of("views", views));
  }
}
