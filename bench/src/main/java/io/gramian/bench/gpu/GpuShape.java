package io.gramian.bench.gpu;

import io.gramian.DType;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.report.Subject;
import java.util.Locale;

/**
 * An op at the sizes and the element type at which a GPU is measured.
 *
 * @param shape the op and its sizes
 * @param dtype of the vectors and their gradients; scalars and results are f32
 */
record GpuShape(CaseShape shape, DType dtype) {
  /** The key of its lines in a report. */
  Subject subject() {
    return shape.subject().dtype(dtype.toString().toLowerCase(Locale.ROOT));
  }

  /** The same at a smaller batch. */
  GpuShape resized(int batch) {
    return new GpuShape(shape.resized(Math.min(shape.batch(), batch), shape.dimension()), dtype);
  }

  /** For people. */
  String title() {
    return subject().title() + " " + subject().dtype() + " " + shape.batch();
  }
}
