package io.gramian.bench.workload;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Work;
import io.gramian.op.Op;
import java.util.List;

/** What the losses over sets and over views share. */
final class Sets {
  /** Temperature of the contrastive parts of Set-CLIP. */
  static final double TEMPERATURE = 0.05;

  /** Keeps two sets apart, so that their distance is no difference of nearly equal numbers. */
  static final double SHIFT = 12;

  private Sets() {}

  /** How many samples are known to match, where that is a parameter: a quarter. */
  static int matched(Subject subject) {
    return Math.max(1, subject.batch() / 4);
  }

  /** Rows of unit length, {@code perSample} of each sample. */
  static Tensor rows(Subject subject, Inputs source, int perSample, int stream, double shift) {
    return source.unitRows(
        perSample * subject.batch(), subject.dimension(), perSample, stream, shift);
  }

  /** A loss of two sets, {@code x} and {@code y}. */
  static Problem two(Subject subject, Op op, Inputs source) {
    Bindings inputs =
        Bindings.of("x", rows(subject, source, 1, 0, 0))
            .with("y", rows(subject, source, 1, 1, SHIFT));
    // Pairs within a set need two products, pairs of both sets need three.
    return loss(subject, op, inputs, List.of("x", "y"), 3, 7);
  }

  /** A loss that needs so many products of 2 B^2 d operations, without and with gradients. */
  static Problem loss(
      Subject subject,
      Op op,
      Bindings inputs,
      List<String> differentiable,
      double forward,
      double both) {
    double product = 2.0 * subject.batch() * subject.batch() * subject.dimension();
    Work work = Work.flops((subject.hasGradients() ? both : forward) * product);
    return new Problem(subject, op, inputs, List.of("loss"), differentiable, work);
  }
}
