package io.gramian.bench.cases;

import io.gramian.Bindings;
import io.gramian.bench.report.Work;
import io.gramian.op.Op;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An op with its inputs, ready for all sides of a comparison.
 *
 * @param shape what it is
 * @param op the op
 * @param inputs tensors in native memory, by the names of the op: f32, labels i32
 * @param results outputs that are no gradients, the differentiable one first
 * @param differentiable inputs whose gradients are computed too; empty for a forward pass
 * @param work what a run has to do
 * @param isRandom whether results are draws, which another library's generator cannot give
 */
public record OpCase(
    CaseShape shape,
    Op op,
    Bindings inputs,
    List<String> results,
    List<String> differentiable,
    Work work,
    boolean isRandom) {
  /** A case whose results can be compared. */
  OpCase(
      CaseShape shape,
      Op op,
      Bindings inputs,
      List<String> results,
      List<String> differentiable,
      Work work) {
    this(
        shape, op, inputs, results, shape.hasGradients() ? differentiable : List.of(), work, false);
  }

  /** Names of all outputs. */
  public Set<String> outputs() {
    Set<String> names = new TreeSet<>(results);
    differentiable.forEach(name -> names.add("grad_" + name));
    return names;
  }
}
