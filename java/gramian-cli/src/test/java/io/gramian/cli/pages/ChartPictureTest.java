package io.gramian.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

class ChartPictureTest {
  @Test
  void isSharpAndSuitsLightAndDarkPages() throws IOException {
    ChartPicture picture = ChartPicture.of(ChartPictureTest::chart);

    BufferedImage light = read(picture.light());
    BufferedImage dark = read(picture.dark());
    assertThat(light.getWidth()).isEqualTo(2 * 300);
    assertThat(light.getHeight()).isEqualTo(2 * 200);
    assertThat(light.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    assertThat(dark.getRGB(0, 0) & 0xFF).isLessThan(0x40);
    assertThat(picture.html("time & memory"))
        .contains("prefers-color-scheme: dark", "alt=\"time &amp; memory\"", "width=\"300\"")
        .doesNotContain("http");
  }

  @Test
  void axesAreTheSameInEveryCountry() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.US);
      byte[] american = ChartPicture.of(ChartPictureTest::chart).light();
      Locale.setDefault(Locale.GERMANY);
      assertThat(ChartPicture.of(ChartPictureTest::chart).light()).isEqualTo(american);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static XYChart chart(ChartStyle style) {
    XYChart chart = new XYChartBuilder().width(300).height(200).build();
    style.apply(chart.getStyler());
    chart.addSeries("x", new double[] {1, 2}, new double[] {3.5, 4.25});
    return chart;
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
