package io.gramian.bench.page;

import io.gramian.bench.report.Column;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.RunCsv;
import io.gramian.cli.io.AtomicOutput;
import io.gramian.cli.pages.ChartPicture;
import io.gramian.cli.pages.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Documents with figures out of {@code bench/results}: of each machine and suite the newest file
 * counts.
 */
public final class Docs {
  private static final String RESULTS = "bench/results";
  private static final String PAGE = "docs/RESULTS.md";
  private static final String CHARTS = "docs/charts";
  private static final List<String> WITH_BLOCKS = List.of("README.md", "bench/README.md");

  /** The charts that documents show: what a reader wants to know first. */
  private static final Map<String, String> SHOWN =
      Map.of(
          "bench-contrastive-volume-both-k4-f32-time",
          "contrastive-time.png",
          "bench-contrastive-volume-both-k4-f32-memory",
          "contrastive-memory.png");

  private final Path root;

  /**
   * @param root folder of the working copy
   */
  public Docs(Path root) {
    this.root = root;
  }

  /** Writes the documents and their charts, and says what it wrote. */
  public List<String> write() throws IOException {
    List<String> written = new ArrayList<>();
    for (Map.Entry<String, String> text : texts().entrySet()) {
      AtomicOutput.writeText(root.resolve(text.getKey()), text.getValue());
      written.add(text.getKey());
    }
    Files.createDirectories(root.resolve(CHARTS));
    for (Run run : newest().values()) {
      if (run.suite().equals(Line.BENCH) && ReportFiles.canDraw()) {
        for (Map.Entry<String, ChartPicture> chart : Charts.of(run).entrySet()) {
          if (SHOWN.containsKey(chart.getKey())) {
            String file = CHARTS + "/" + SHOWN.get(chart.getKey());
            AtomicOutput.write(root.resolve(file), out -> out.write(chart.getValue().light()));
            written.add(file);
          }
        }
      }
    }
    return written;
  }

  /** What the documents should hold, by their path below the root. */
  Map<String, String> texts() throws IOException {
    Map<String, Run> runs = newest();
    Map<String, String> blocks = Map.of("speed", SpeedTable.of(runs), "columns", columns());
    Map<String, String> texts = new TreeMap<>();
    for (String name : WITH_BLOCKS) {
      texts.put(name, Markdown.fill(Files.readString(root.resolve(name)), blocks));
    }
    texts.put(PAGE, page(runs));
    return texts;
  }

  /** The newest run of each machine and suite, by the name of its file. */
  private Map<String, Run> newest() throws IOException {
    record Place(String suite, String processor, int cores, String gpu) {}
    record Named(String file, Run run) {}
    Map<Place, Named> newest = new LinkedHashMap<>();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      Run run = RunCsv.read(name, Files.readString(file));
      Machine machine = run.machine();
      Place place = new Place(run.suite(), machine.processor(), machine.cores(), machine.gpu());
      Named known = newest.get(place);
      if (known == null || known.run.machine().date().compareTo(machine.date()) <= 0) {
        newest.put(place, new Named(name, run));
      }
    }
    Map<String, Run> runs = new LinkedHashMap<>();
    newest.values().stream()
        .sorted(Comparator.comparing((Named one) -> one.run.suite()).thenComparing(Named::file))
        .forEach(one -> runs.put(one.file, one.run));
    return runs;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(RESULTS))) {
      return files
          .filter(file -> file.toString().endsWith(".csv"))
          .filter(file -> !file.getFileName().toString().startsWith("train-"))
          .sorted()
          .toList();
    }
  }

  private static String columns() {
    return Markdown.table(
        List.of("column", "meaning"),
        Arrays.stream(Column.values())
            .map(column -> List.of("`" + column.title() + "`", column.meaning()))
            .toList());
  }

  private static String page(Map<String, Run> runs) {
    StringBuilder text =
        new StringBuilder(
            """
            # Results

            Written by `./gramian bench --docs` out of `bench/results/*.csv`; do not edit. How figures are taken:
            [bench/README.md](../bench/README.md). Of each machine the newest run is shown. What training shows:
            [TRAINING.md](TRAINING.md).
            """);
    runs.forEach(
        (file, run) -> {
          text.append("\n## ").append(title(run)).append("\n\n").append(origin(file, run, "../"));
          if (run.suite().equals(Line.JMH)) {
            text.append("\nEvery side of a case ran alone, in processes of its own, by JMH.\n\n");
            text.append(table(Figures.of(run.lines())));
          } else {
            Curves.of(run.lines()).forEach(curves -> text.append(ofCurves(curves)));
          }
        });
    return text.toString();
  }

  private static String title(Run run) {
    return switch (run.suite()) {
      case Line.JMH -> "Microbenchmarks";
      case Line.GPU -> "GPU";
      default -> "Ops beside other libraries";
    };
  }

  /** Where a run comes from, and what its load says of it. */
  static String origin(String file, Run run, String toRoot) {
    Machine machine = run.machine();
    return machine
        + " ([bench/results/"
        + file
        + "]("
        + toRoot
        + RESULTS
        + "/"
        + file
        + ")).\n"
        + machine.warning().map(text -> "\n" + text + "\n").orElse("");
  }

  private static String ofCurves(Curves curves) {
    StringBuilder text = new StringBuilder("\n### " + curves.title() + "\n\n");
    for (String measure : List.of("time", "memory")) {
      String chart = SHOWN.get(curves.slug() + "-" + measure);
      if (chart != null) {
        text.append("![" + measure + " against the batch](charts/" + chart + ")\n\n");
      }
    }
    return text.append(table(Figures.ofCurves(curves.lines()))).toString();
  }

  private static String table(Figures figures) {
    return Markdown.table(figures.header(), figures.rows());
  }
}
