package io.gramian.bench.page;

import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How near each op comes to the ceiling of the machine, at its largest batch. */
final class Fractions {
  private Fractions() {}

  /** The chart; nothing where no line has a ceiling. */
  static Optional<String> chart(List<Curves> curves) {
    List<BarChart.Bar> bars = new ArrayList<>();
    for (Curves one : curves) {
      one.largest().flatMap(Fractions::bar).ifPresent(bars::add);
    }
    return bars.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new BarChart("Fraction of the limit, gramian at the largest batch", bars).svg());
  }

  private static Optional<BarChart.Bar> bar(Line line) {
    if (line.fraction().isEmpty()) {
      return Optional.empty();
    }
    Limit limit = line.limit().orElseThrow();
    String label =
        String.format(
            "%s %s k = %d, B = %d%s",
            line.subject().title(),
            line.subject().pass(),
            line.subject().modalities(),
            line.subject().batch(),
            line.subject().dtype().equals("f32") ? "" : ", " + line.subject().dtype());
    return Optional.of(
        new BarChart.Bar(
            label, line.fraction().getAsDouble(), limit.name(), line.work().flops().isEmpty()));
  }
}
