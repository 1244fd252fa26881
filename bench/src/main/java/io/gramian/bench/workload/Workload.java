package io.gramian.bench.workload;

import io.gramian.bench.report.Subject;
import java.util.List;
import java.util.Optional;

/** An op, or a family of ops, as something to be measured. Found by the service loader. */
public interface Workload {
  /** The sizes at which it is measured, and with them the ops and their variants. */
  List<Sizes> sizes();

  /**
   * The op with its inputs, at any size.
   *
   * @param subject of one of {@link #sizes}, perhaps at another size
   * @param inputs makes them, the same ones for the same seed
   */
  Problem problem(Subject subject, Inputs inputs);

  /**
   * The expression of PyTorch, where there is one of this form. Called only where the classes of
   * PyTorch are on the path; whatever names them is in a lambda or a class of its own.
   */
  default Optional<Expression> expression(Subject subject, Form form) {
    return Optional.empty();
  }

  /**
   * The number of samples at which results are held against the float64 reference.
   *
   * @param small whether it has to take milliseconds, not minutes
   */
  default int checkBatch(Subject subject, boolean small) {
    return Math.min(subject.batch(), small ? 48 : 4096);
  }
}
