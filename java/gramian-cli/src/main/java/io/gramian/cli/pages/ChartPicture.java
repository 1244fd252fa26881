package io.gramian.cli.pages;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * A chart as PNG files, one for light pages and one for dark ones, of twice the points that it is
 * shown with, so that small text stays sharp.
 *
 * @param light for light pages, and for documents
 * @param dark for dark ones
 * @param width that it is shown with
 */
public record ChartPicture(byte[] light, byte[] dark, int width) {
  private static final int POINTS = 2;

  /**
   * Draws a chart in both styles.
   *
   * @param chart makes it in a style
   * @return the pictures
   * @throws IOException if they cannot be drawn
   */
  public static ChartPicture of(Function<ChartStyle, ? extends IChart> chart) throws IOException {
    IChart light = chart.apply(ChartStyle.LIGHT);
    return new ChartPicture(png(light), png(chart.apply(ChartStyle.DARK)), light.getWidth());
  }

  /**
   * The element of a page that has both.
   *
   * @param description plain text; escaped here
   * @return the element
   */
  public String html(String description) {
    return "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\""
        + Html.address(dark)
        + "\"><img width=\""
        + width
        + "\" alt=\""
        + Html.escape(description)
        + "\" src=\""
        + Html.address(light)
        + "\"></picture>";
  }

  private static byte[] png(IChart chart) throws IOException {
    int width = POINTS * chart.getWidth();
    int height = POINTS * chart.getHeight();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(POINTS, POINTS);
    chart.paint(graphics, chart.getWidth(), chart.getHeight());
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
