package io.gramian.emoji.pages;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** How all charts look: light, few lines, colours that differ in lightness too. */
final class ChartStyle {
  private static final Color TEXT = new Color(0x1D2430);
  private static final Color LINE = new Color(0xE6E9EE);
  private static final Color[] SERIES = {
    new Color(0x1F5FA8),
    new Color(0xE08A1E),
    new Color(0x2A9D4A),
    new Color(0xC8452F),
    new Color(0x7A52A8),
    new Color(0x5A6472)
  };
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);

  private ChartStyle() {}

  static void apply(AxesChartStyler style) {
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setChartFontColor(TEXT);
    style.setChartTitleFont(TITLE);
    style.setChartTitleBoxVisible(false);
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setLegendBorderColor(Color.WHITE);
    style.setLegendFont(PLAIN);
    style.setSeriesColors(SERIES);
    style.setPlotGridVerticalLinesVisible(false);
    style.setPlotGridLinesColor(LINE);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setAxisTickMarksColor(LINE);
    style.setAxisTickLabelsFont(PLAIN);
    style.setAxisTitleFont(PLAIN);
    style.setErrorBarsColor(TEXT);
    style.setAntiAlias(true);
  }
}
