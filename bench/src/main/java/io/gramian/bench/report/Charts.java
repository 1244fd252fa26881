package io.gramian.bench.report;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler;

/** Bar charts of measurements that have a peer. */
public final class Charts {
  private static final int BAR_WIDTH = 110;
  private static final int MARGIN = 320;
  private static final int HEIGHT = 460;
  private static final double MEBI = 1024 * 1024;

  private Charts() {}

  /** PNG files by name; none without a peer. */
  public static Map<String, byte[]> png(List<Measurement> measurements) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    add(
        files,
        "time",
        "Median time of a run (lower is better)",
        "milliseconds",
        select(measurements, row -> row.peer().isPresent()),
        row -> 1e3 * row.time().median(),
        row -> 1e3 * row.peer().orElseThrow().time().median());
    add(
        files,
        "memory",
        "Growth of the process in a run (lower is better)",
        "MiB",
        select(measurements, row -> row.memoryRatio().isPresent()),
        row -> row.peakBytes().orElseThrow() / MEBI,
        row -> row.peer().orElseThrow().peakBytes().orElseThrow() / MEBI);
    return files;
  }

  private static List<Measurement> select(
      List<Measurement> measurements, Predicate<Measurement> condition) {
    return measurements.stream().filter(condition).toList();
  }

  private static void add(
      Map<String, byte[]> files,
      String name,
      String title,
      String unit,
      List<Measurement> rows,
      ToDoubleFunction<Measurement> ours,
      ToDoubleFunction<Measurement> peers)
      throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(MARGIN + BAR_WIDTH * rows.size())
            .height(HEIGHT)
            .title(title)
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setXAxisLabelRotation(30);
    chart.getStyler().setYAxisMin(decadeBelow(rows, ours, peers));
    List<String> labels = rows.stream().map(Charts::label).toList();
    chart.addSeries(rows.getFirst().subject().backend(), labels, values(rows, ours));
    chart.addSeries("peer", labels, values(rows, peers));
    files.put(name, ChartEncoder.getBytes(chart, "png"));
  }

  /** Where a logarithmic axis starts; bars would start at 0 by themselves. */
  private static double decadeBelow(
      List<Measurement> rows,
      ToDoubleFunction<Measurement> ours,
      ToDoubleFunction<Measurement> peers) {
    double least =
        rows.stream()
            .mapToDouble(row -> Math.min(ours.applyAsDouble(row), peers.applyAsDouble(row)))
            .min()
            .orElseThrow();
    return Math.pow(10, Math.floor(Math.log10(least)));
  }

  private static List<Double> values(
      List<Measurement> rows, ToDoubleFunction<Measurement> measure) {
    List<Double> values = new ArrayList<>();
    for (Measurement row : rows) {
      values.add(measure.applyAsDouble(row));
    }
    return values;
  }

  private static String label(Measurement row) {
    Measurement.Subject subject = row.subject();
    String pass = subject.pass().equals("both") ? "" : " " + subject.pass();
    return subject.op() + pass + " " + subject.batch() + " k" + subject.modalities();
  }
}
