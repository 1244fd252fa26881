package io.gramian.emoji.pages;

import io.gramian.cli.pages.ChartStyle;
import io.gramian.emoji.compare.ComparisonTable;
import io.gramian.emoji.compare.Outcomes;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.ModalityPair;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts of a training over its epochs. */
final class Charts {
  private static final int WIDTH = 860;
  private static final int BARS_WIDTH = 1240;
  private static final int HEIGHT = 420;

  private final List<EpochReport> epochs;
  private final double[] axis;

  private Charts(List<EpochReport> epochs) {
    this.epochs = epochs;
    this.axis = epochs.stream().mapToDouble(EpochReport::epoch).toArray();
  }

  /** The charts as PNG files by name: loss, recall, pairs. */
  static Map<String, byte[]> png(List<EpochReport> epochs) throws IOException {
    Charts charts = new Charts(epochs);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("loss", encode(charts.loss()));
    files.put("recall", encode(charts.recall()));
    files.put("pairs", encode(charts.pairs()));
    return files;
  }

  /** Recall of tuples by loss as a PNG file, with the spread over seeds. */
  static byte[] bars(List<Outcomes> contenders) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(BARS_WIDTH)
            .height(HEIGHT)
            .title("Anchors against tuples, held out, by the trained similarity")
            .yAxisTitle("recall")
            .build();
    ChartStyle.LIGHT.apply(chart.getStyler());
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(1.0);
    chart.getStyler().setAvailableSpaceFill(0.7);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    List<String> names = contenders.stream().map(Outcomes::name).toList();
    ComparisonTable.recalls()
        .forEach(
            (name, at) ->
                chart.addSeries(
                    name,
                    names,
                    contenders.stream().map(c -> c.tuples(at).mean()).toList(),
                    contenders.stream().map(c -> c.tuples(at).deviation()).toList()));
    return ChartEncoder.getBytes(chart, "png");
  }

  private static byte[] encode(XYChart chart) throws IOException {
    return ChartEncoder.getBytes(chart, "png");
  }

  private XYChart loss() {
    XYChart chart = chart("Loss of the training batches", "loss");
    chart.getStyler().setLegendVisible(false);
    add(chart, "loss", EpochReport::loss);
    return chart;
  }

  private XYChart recall() {
    XYChart chart = chart("Anchors against tuples, held out, by the trained similarity", "recall");
    unitRange(chart);
    add(chart, "recall@10", report -> report.anchorToTuple().at10());
    add(chart, "recall@5", report -> report.anchorToTuple().at5());
    add(chart, "recall@1", report -> report.anchorToTuple().at1());
    return chart;
  }

  private XYChart pairs() {
    XYChart chart = chart("Pairs of modalities, held out, by cosine", "recall@10");
    unitRange(chart);
    for (ModalityPair pair : epochs.getFirst().pairs().keySet()) {
      if (pair.query().compareTo(pair.candidate()) < 0) {
        String name = pair.query().title() + " → " + pair.candidate().title();
        add(chart, name, report -> report.pairs().get(pair).at10());
      }
    }
    return chart;
  }

  private static XYChart chart(String title, String measure) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle(measure)
            .build();
    ChartStyle.LIGHT.apply(chart.getStyler());
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  private static void unitRange(XYChart chart) {
    chart.getStyler().setYAxisMax(1.0);
  }

  private void add(XYChart chart, String name, ToDoubleFunction<EpochReport> measure) {
    double[] values = epochs.stream().mapToDouble(measure).toArray();
    chart.addSeries(name, axis, values).setMarker(SeriesMarkers.NONE);
  }
}
