package io.gramian.bench.docs;

import io.gramian.bench.page.Figures;
import io.gramian.bench.page.ReportFiles;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code docs/RESULTS.md} and its charts. */
final class ResultsPage {
  private static final String CHARTS = "charts/";

  private static final String TRAINING =
      """
      `./gramian train --compare`: words and pictures of held-out emoji after trainings with different losses under one
      budget. [java/gramian-emoji/README.md](../java/gramian-emoji/README.md) says what is trained and what the names stand for.
      """;

  private static final String TEMPERATURES =
      """
      `./gramian train --choose-temperature`: what words found among tuples of validation emoji (mean of recall@1, @5 and
      @10) at multiples of each loss's usual temperature. The best mean became the default.
      """;

  private final Map<String, String> files = new TreeMap<>();
  private final StringBuilder text = new StringBuilder();

  private ResultsPage() {}

  /** All files, by their path below {@code docs}. */
  static Map<String, String> files(Results results, Map<String, String> fragments) {
    ResultsPage page = new ResultsPage();
    page.text.append(
        """
        # Results

        Written by `./gramian bench --docs` out of `bench/results/*.csv`; do not edit. How figures are taken:
        [bench/README.md](../bench/README.md). Of each machine the newest run is shown.

        ## Targets

        """);
    page.text.append(fragments.get("targets"));
    for (NamedRun run : results.newest()) {
      page.run(run);
    }
    page.text.append("\n## Training\n\n").append(TRAINING).append("\n");
    page.text.append("### Claims\n\n").append(fragments.get("training-claims"));
    page.text.append("\n### All directions\n\n").append(fragments.get("training-details"));
    page.text.append("\n### Temperatures\n\n").append(TEMPERATURES).append("\n");
    page.text.append(fragments.get("temperatures"));
    page.files.put("RESULTS.md", page.text.toString());
    return page.files;
  }

  private void run(NamedRun named) {
    Run run = named.run();
    String folder = named.file().replaceAll("\\.csv$", "") + "/";
    text.append("\n## ")
        .append(title(named))
        .append("\n\n")
        .append(MachineText.of(run.machine()))
        .append(run.machine().commit().isEmpty() ? "" : ", commit " + run.machine().commit())
        .append(". File: [")
        .append(named.file())
        .append("](../bench/results/")
        .append(named.file())
        .append(").\n");
    String warning = MachineText.warning(run.machine());
    text.append(warning.isEmpty() ? "" : "\n" + warning + "\n");
    if (named.suite().equals(Line.JMH)) {
      text.append(MicrobenchmarkTables.of(run));
      return;
    }
    Map<String, String> charts = ReportFiles.charts(run);
    charts.forEach((name, svg) -> files.put(CHARTS + folder + name, svg));
    if (charts.containsKey("fractions.svg")) {
      image("fraction of the limit", folder + "fractions.svg");
    }
    Map<String, List<Line>> groups = new LinkedHashMap<>();
    for (Line line : run.lines()) {
      groups.computeIfAbsent(ReportFiles.title(line), _ -> new ArrayList<>()).add(line);
    }
    groups.forEach((title, lines) -> group(title, lines, charts, folder));
  }

  private void group(String title, List<Line> lines, Map<String, String> charts, String folder) {
    text.append("\n### ").append(title).append("\n");
    String slug = ReportFiles.slug(lines.getFirst());
    for (String kind : List.of("time", "memory")) {
      String name = slug + "-" + kind + ".svg";
      if (charts.containsKey(name)) {
        image(kind + " against the batch", folder + name);
      }
    }
    text.append("\n").append(Markdown.table(Figures.HEADER, Figures.rows(lines)));
  }

  private void image(String alternative, String name) {
    text.append("\n![").append(alternative).append("](").append(CHARTS).append(name).append(")\n");
  }

  private static String title(NamedRun run) {
    return switch (run.suite()) {
      case Line.JMH -> "Microbenchmarks";
      case Line.GPU -> "GPU";
      default -> "Ops beside other libraries";
    };
  }
}
