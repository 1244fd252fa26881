package io.gramian.bench.page;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Run;
import io.gramian.cli.pages.ChartPicture;
import io.gramian.cli.pages.ChartStyle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Charts of a run: as wide as a phone, with logarithmic axes. Used only where {@link
 * ReportFiles#canDraw}.
 */
final class Charts {
  private static final int WIDTH = 380;
  private static final int HEIGHT = 300;
  private static final int LEGEND = 22;
  private static final double MEBI = 1024 * 1024;

  private Charts() {}

  /** All charts of a run, by their names. */
  static Map<String, ChartPicture> of(Run run) throws IOException {
    Map<String, ChartPicture> charts = new LinkedHashMap<>();
    for (Curves one : Curves.of(run.lines())) {
      add(charts, one.slug() + "-time", "time, ms", one, Charts::milliseconds);
      add(charts, one.slug() + "-memory", "memory, MiB", one, Charts::mebibytes);
    }
    return charts;
  }

  private static OptionalDouble milliseconds(Line line) {
    return line.seconds().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(1e3 * line.seconds().getAsDouble());
  }

  private static OptionalDouble mebibytes(Line line) {
    return line.memory().isEmpty() || line.memory().getAsLong() <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(line.memory().getAsLong() / MEBI);
  }

  /** Adds a chart where somebody has two points. */
  private static void add(
      Map<String, ChartPicture> charts,
      String name,
      String measure,
      Curves curves,
      Function<Line, OptionalDouble> value)
      throws IOException {
    Map<String, TreeMap<Double, Double>> series = new LinkedHashMap<>();
    for (Line line : curves.lines()) {
      value
          .apply(line)
          .ifPresent(
              y ->
                  series
                      .computeIfAbsent(line.by().title(), _ -> new TreeMap<>())
                      .put(log2(line.subject().batch()), y));
    }
    if (series.values().stream().anyMatch(points -> points.size() > 1)) {
      charts.put(name, ChartPicture.of(style -> curves(measure, series, style)));
    }
  }

  private static XYChart curves(
      String measure, Map<String, TreeMap<Double, Double>> series, ChartStyle style) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT + LEGEND * series.size())
            .title(measure)
            .xAxisTitle("batch")
            .build();
    style.apply(chart.getStyler());
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(Charts::power);
    series.forEach(
        (name, points) ->
            chart
                .addSeries(name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()))
                .setMarker(SeriesMarkers.CIRCLE));
    return chart;
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  /** A label at whole powers of two. */
  private static String power(double exponent) {
    return exponent == Math.rint(exponent)
        ? String.format(Locale.ROOT, "%,d", 1L << (long) exponent)
        : "";
  }
}
