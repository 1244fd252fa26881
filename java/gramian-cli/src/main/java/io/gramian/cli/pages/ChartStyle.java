package io.gramian.cli.pages;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** How all charts look: few lines, colours that differ in lightness too. */
public enum ChartStyle {
  /** On a white page. */
  LIGHT(
      0xFFFFFF,
      0x1D2430,
      0xE6E9EE,
      List.of(0x1F5FA8, 0xE08A1E, 0x2A9D4A, 0xC8452F, 0x7A52A8, 0x5A6472)),

  /** On a dark page. */
  DARK(
      0x14181F,
      0xD6DCE5,
      0x2E3642,
      List.of(0x6CA8EE, 0xF0A848, 0x5CC47C, 0xE8806C, 0xB594DE, 0x9AA5B4));

  static {
    // Pictures are small: no files of their own in the folder for temporary ones.
    ImageIO.setUseCache(false);
  }

  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);

  private final Color background;
  private final Color text;
  private final Color line;
  private final Color[] series;

  ChartStyle(int background, int text, int line, List<Integer> series) {
    this.background = new Color(background);
    this.text = new Color(text);
    this.line = new Color(line);
    this.series = series.stream().map(Color::new).toArray(Color[]::new);
  }

  /**
   * Gives a chart this look.
   *
   * @param style of the chart
   */
  public void apply(AxesChartStyler style) {
    style.setChartBackgroundColor(background);
    style.setPlotBackgroundColor(background);
    style.setPlotBorderVisible(false);
    style.setChartFontColor(text);
    style.setChartTitleFont(TITLE);
    style.setChartTitleBoxVisible(false);
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setLegendBackgroundColor(background);
    style.setLegendBorderColor(background);
    style.setLegendFont(PLAIN);
    style.setSeriesColors(series);
    style.setPlotGridVerticalLinesVisible(false);
    style.setPlotGridLinesColor(line);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setAxisTickMarksColor(line);
    style.setAxisTickLabelsColor(text);
    style.setAxisTickLabelsFont(PLAIN);
    style.setAxisTitleFont(PLAIN);
    style.setErrorBarsColor(text);
    style.setAntiAlias(true);
    style.setLocale(Locale.ROOT);
  }
}
