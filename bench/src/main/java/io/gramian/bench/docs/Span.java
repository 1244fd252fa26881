package io.gramian.bench.docs;

import io.gramian.bench.page.Figures;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;

/**
 * From the least to the greatest of some figures.
 *
 * @param least of them
 * @param greatest of them
 */
record Span(double least, double greatest) {
  /** Of at least one figure. */
  static Span of(Collection<Double> figures) {
    DoubleSummaryStatistics all =
        figures.stream().mapToDouble(Double::doubleValue).summaryStatistics();
    return new Span(all.getMin(), all.getMax());
  }

  /** For people, each end times a factor. */
  String text(double factor, String unit) {
    String low = Figures.number(factor * least);
    String high = Figures.number(factor * greatest);
    return (low.equals(high) ? low : low + " to " + high) + unit;
  }
}
