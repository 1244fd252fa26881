package io.gramian.bench.page;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.RunCsv;
import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the bench leaves in a folder. */
public final class ReportFiles {
  /** The page that shows everything. */
  public static final String PAGE = "index.html";

  private static final String CSV = "measurements.csv";
  private static final String CHARTS = "charts";

  private ReportFiles() {}

  /** Writes all files; the folder is made where it is missing. */
  public static void write(Path folder, Run run) throws IOException {
    Path charts = folder.resolve(CHARTS);
    Files.createDirectories(charts);
    AtomicOutput.writeText(folder.resolve(CSV), RunCsv.write(run));
    for (Map.Entry<String, String> chart : charts(run).entrySet()) {
      AtomicOutput.writeText(charts.resolve(chart.getKey()), chart.getValue());
    }
    AtomicOutput.writeText(folder.resolve(PAGE), new Page(run).html());
  }

  /** What a line measured, whatever its batch, for people. */
  public static String title(Line line) {
    return Curves.of(List.of(line)).stream().map(Curves::title).findFirst().orElse("ceilings");
  }

  /** The beginning of the names of its charts. */
  public static String slug(Line line) {
    return Curves.of(List.of(line)).stream().map(Curves::slug).findFirst().orElse("ceilings");
  }

  /** All charts of a run, by the name of their file. */
  public static Map<String, String> charts(Run run) {
    Map<String, String> charts = new TreeMap<>();
    List<Curves> curves = Curves.of(run.lines());
    Fractions.chart(curves).ifPresent(svg -> charts.put("fractions.svg", svg));
    for (Curves one : curves) {
      one.timeChart().ifPresent(svg -> charts.put(one.slug() + "-time.svg", svg));
      one.memoryChart().ifPresent(svg -> charts.put(one.slug() + "-memory.svg", svg));
    }
    return charts;
  }
}
