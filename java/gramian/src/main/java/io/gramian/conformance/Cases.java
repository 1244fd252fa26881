package io.gramian.conformance;

import io.gramian.op.Op;
import java.util.List;

/** The cases of every op, the same in every run. */
public final class Cases {
  private static final long SEED = 20250101;

  private Cases() {}

  /**
   * The cases of an op. Those of an op {@code Foo} are in {@code
   * io.gramian.conformance.ops.FooCases}.
   *
   * @param op with any parameters
   * @throws IllegalStateException if it has none
   */
  public static List<Case> of(Op op) {
    String name = Cases.class.getPackageName() + ".ops." + op.getClass().getSimpleName() + "Cases";
    try {
      OpCases cases = (OpCases) Class.forName(name).getConstructor().newInstance();
      return cases.cases(new RandomTensors(SEED));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(op.name() + " has no cases: there is no " + name, e);
    }
  }
}
