package io.gramian.bench.workload;

import io.gramian.Bindings;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Loss;
import io.gramian.op.Op;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An op with its inputs, ready for all sides of a comparison.
 *
 * @param subject what it is
 * @param op the op
 * @param inputs tensors in native memory, by the names of the op: f32, labels i32
 * @param results outputs that are no gradients, the differentiable one first
 * @param differentiable inputs whose gradients are computed too; empty for a forward pass
 * @param work what a run has to do
 * @param recomputed operations that a fused run does a second time rather than store what they gave
 * @param isRandom whether results are draws, which another library's generator cannot give
 */
public record Problem(
    Subject subject,
    Op op,
    Bindings inputs,
    List<String> results,
    List<String> differentiable,
    Work work,
    double recomputed,
    boolean isRandom) {
  /** A problem whose results can be compared. */
  Problem(
      Subject subject,
      Op op,
      Bindings inputs,
      List<String> results,
      List<String> differentiable,
      Work work) {
    this(
        subject,
        op,
        inputs,
        results,
        subject.hasGradients() ? differentiable : List.of(),
        work,
        0,
        false);
  }

  /** The same whose run does some of its operations twice. */
  Problem recomputing(double flops) {
    return new Problem(subject, op, inputs, results, differentiable, work, flops, isRandom);
  }

  /** The same whose results are draws. */
  Problem random() {
    return new Problem(subject, op, inputs, results, differentiable, work, recomputed, true);
  }

  /** Names of all outputs. */
  public Set<String> outputs() {
    Set<String> names = new TreeSet<>(results);
    differentiable.forEach(name -> names.add("grad_" + name));
    return names;
  }

  /** Whether it is a loss with its gradients: what other ops take is mostly their output. */
  public boolean isTraining() {
    return !differentiable.isEmpty() && op instanceof Loss;
  }
}
