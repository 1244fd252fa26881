package io.gramian.cli.validate;

import io.gramian.Bindings;
import io.gramian.Tensor;

/** Random anchors and tuples for the pairwise ops. */
final class Tuples {
  private Tuples() {}

  /**
   * Inputs {@code anchor} [anchors, d] and {@code modality1..n} [tuples, d]; matching rows are near
   * one another.
   */
  static Bindings random(CaseRandom random, int n, int anchors, int tuples, int d) {
    Tensor common = random.normal(Math.max(anchors, tuples), d);
    Bindings inputs = Bindings.of("anchor", random.near(anchors, d, common));
    for (int l = 1; l <= n; l++) {
      inputs = inputs.with("modality" + l, random.near(tuples, d, common));
    }
    return inputs;
  }

  /**
   * The same with what naive formulas fail on: a zero anchor, a zero member, two equal members of a
   * tuple where there are two, an anchor equal to a member.
   */
  static Bindings degenerate(CaseRandom random, int n) {
    Bindings inputs = random(random, n, 6, 6, 16);
    Tensor anchor = Degenerate.withZeroRow(inputs.get("anchor"), 1);
    Tensor first = Degenerate.withZeroRow(inputs.get("modality1"), 2);
    anchor = Degenerate.withRowOf(anchor, 3, first, 3);
    inputs = inputs.with("anchor", anchor).with("modality1", first);
    if (n > 1) {
      Tensor second = Degenerate.withRowOf(inputs.get("modality2"), 4, first, 4);
      inputs = inputs.with("modality2", second);
    }
    return inputs;
  }
}
