package io.gramian.emoji.pages;

import io.gramian.cli.pages.ChartPicture;
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
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts of a training over its epochs, as wide as a phone, and of a comparison. */
final class Charts {
  private static final int WIDTH = 380;
  private static final int HEIGHT = 300;
  private static final int LEGEND = 22;
  private static final int BARS_WIDTH = 1160;
  private static final int BARS_HEIGHT = 420;

  private final List<EpochReport> epochs;
  private final double[] axis;

  private Charts(List<EpochReport> epochs) {
    this.epochs = epochs;
    this.axis = epochs.stream().mapToDouble(EpochReport::epoch).toArray();
  }

  /** The charts by name: loss, recall, pairs. */
  static Map<String, ChartPicture> of(List<EpochReport> epochs) throws IOException {
    Charts charts = new Charts(epochs);
    Map<String, ChartPicture> pictures = new LinkedHashMap<>();
    pictures.put("loss", ChartPicture.of(charts::loss));
    pictures.put("recall", ChartPicture.of(charts::recall));
    pictures.put("pairs", ChartPicture.of(charts::pairs));
    return pictures;
  }

  /** Recall of tuples by loss, with the spread over seeds. */
  static ChartPicture bars(List<Outcomes> contenders) throws IOException {
    return ChartPicture.of(style -> bars(contenders, style));
  }

  private static CategoryChart bars(List<Outcomes> contenders, ChartStyle style) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(BARS_WIDTH)
            .height(BARS_HEIGHT)
            .title("Anchors against tuples, held out, by the trained similarity")
            .yAxisTitle("recall")
            .build();
    style.apply(chart.getStyler());
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
    return chart;
  }

  private XYChart loss(ChartStyle style) {
    XYChart chart = chart("Loss of the training batches", "loss", 0, style);
    chart.getStyler().setLegendVisible(false);
    add(chart, "loss", EpochReport::loss);
    return chart;
  }

  private XYChart recall(ChartStyle style) {
    XYChart chart = chart("Anchors against tuples, held out", "recall", 3, style);
    unitRange(chart);
    add(chart, "recall@10", report -> report.anchorToTuple().at10());
    add(chart, "recall@5", report -> report.anchorToTuple().at5());
    add(chart, "recall@1", report -> report.anchorToTuple().at1());
    return chart;
  }

  private XYChart pairs(ChartStyle style) {
    List<ModalityPair> pairs =
        epochs.getFirst().pairs().keySet().stream()
            .filter(pair -> pair.query().compareTo(pair.candidate()) < 0)
            .toList();
    XYChart chart =
        chart("Pairs of modalities, held out, by cosine", "recall@10", pairs.size(), style);
    unitRange(chart);
    for (ModalityPair pair : pairs) {
      add(chart, TrainingTables.name(pair, " → "), report -> report.pairs().get(pair).at10());
    }
    return chart;
  }

  private static XYChart chart(String title, String measure, int named, ChartStyle style) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT + LEGEND * named)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle(measure)
            .build();
    style.apply(chart.getStyler());
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
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
