package io.gramian.bench.page;

import io.gramian.bench.report.Run;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.cli.pages.ChartPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the bench leaves in a folder. */
public final class ReportFiles {
  /** The page that shows everything. */
  public static final String PAGE = "index.html";

  private static final String CSV = "measurements.csv";
  private static final String CHARTS = "charts";

  private ReportFiles() {}

  /** Whether charts can be drawn here: a bundle has neither java.desktop nor XChart. */
  static boolean canDraw() {
    return ModuleLayer.boot().findModule("java.desktop").isPresent()
        && ReportFiles.class.getResource("/org/knowm/xchart/XYChart.class") != null;
  }

  /** Writes the measurements; the folder is made where it is missing. */
  public static void writeCsv(Path folder, String csv) throws IOException {
    Files.createDirectories(folder);
    AtomicOutput.writeText(folder.resolve(CSV), csv);
  }

  /**
   * Writes the page, and the charts where they can be drawn; the folder is made where it is
   * missing.
   */
  public static void writePage(Path folder, Run run) throws IOException {
    Map<String, ChartPicture> charts = canDraw() ? Charts.of(run) : Map.of();
    Files.createDirectories(folder.resolve(CHARTS));
    for (Map.Entry<String, ChartPicture> chart : charts.entrySet()) {
      AtomicOutput.write(
          folder.resolve(CHARTS).resolve(chart.getKey() + ".png"),
          out -> out.write(chart.getValue().light()));
    }
    AtomicOutput.writeText(folder.resolve(PAGE), new Page(run, charts).html());
  }
}
