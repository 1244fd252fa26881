package io.gramian.bench.page;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import io.gramian.cli.pages.ChartPicture;
import io.gramian.cli.pages.Html;
import io.gramian.cli.pages.PageTemplate;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One page that shows a run, complete without any other file.
 *
 * @param run what was measured
 * @param charts of it, by their names; none where they cannot be drawn
 */
record Page(Run run, Map<String, ChartPicture> charts) {
  private static final String IN_TURN =
      "All sides of a case take turns in one process, on the same inputs and as many threads, after"
          + " their results were checked. Times are medians. Work is counted once for all sides;"
          + " limits are measured in the same run.";

  private static final String ALONE =
      "Every side of a case runs alone, in processes of its own, by JMH, on the same inputs and as"
          + " many threads, after its results were checked. Times are medians. Work is counted once"
          + " for all sides.";

  String html() throws IOException {
    List<Curves> curves = Curves.of(run.lines());
    boolean jmh = run.lines().stream().allMatch(line -> line.suite().equals(Line.JMH));
    return PageTemplate.fill(
        Page.class.getResourceAsStream("page.html"),
        Map.of(
            "machine", machine(run.machine()),
            "warning",
                run.machine()
                    .warning()
                    .map(text -> "<p class=\"warning\">" + Html.escape(text) + "</p>")
                    .orElse(""),
            "method", jmh ? ALONE : IN_TURN,
            "overview", curves.stream().map(Page::overview).collect(Collectors.joining("\n")),
            "sections", curves.stream().map(this::section).collect(Collectors.joining("\n"))));
  }

  private static String machine(Machine machine) {
    String gpu = machine.gpu().isEmpty() ? "none" : machine.gpu() + ", driver " + machine.driver();
    return "<dl>"
        + item("processor", machine.processor() + ", " + machine.cores() + " cores")
        + item("GPU", gpu)
        + item("Java", machine.jdk() + ", " + machine.system())
        + item("day", machine.date())
        + item("commit", machine.commit().isEmpty() ? "unknown" : machine.commit())
        + item("load", Figures.number(machine.load()) + " busy tasks before the run")
        + "</dl>";
  }

  private static String item(String term, String text) {
    return "<dt>" + term + "</dt><dd>" + Html.escape(text) + "</dd>\n";
  }

  /** A row that leads to a section: how near ours comes to the limit at the largest batch. */
  private static String overview(Curves curves) {
    String row =
        "<tr><td><a href=\"#" + curves.slug() + "\">" + Html.escape(curves.title()) + "</a></td>";
    Optional<Line> line = curves.largest().filter(one -> one.fraction().isPresent());
    if (line.isEmpty()) {
      return row + "<td></td></tr>";
    }
    double fraction = line.get().fraction().getAsDouble();
    return row
        + String.format(Locale.ROOT, "<td class=\"share\" style=\"--share:%.3f\">", fraction)
        + Html.escape(Figures.percent(fraction) + " of " + line.get().limit().orElseThrow().name())
        + "</td></tr>";
  }

  private String section(Curves curves) {
    StringBuilder html = new StringBuilder();
    html.append("<h2 id=\"" + curves.slug() + "\">" + Html.escape(curves.title()) + "</h2>\n");
    html.append("<div class=\"charts\">");
    html.append(picture(curves.slug() + "-time", "time against the batch"));
    html.append(picture(curves.slug() + "-memory", "memory against the batch"));
    html.append("</div>\n<div class=\"wide\"><table><tr>");
    Figures figures = Figures.ofCurves(curves.lines());
    figures.header().forEach(title -> html.append("<th>").append(title).append("</th>"));
    html.append("</tr>\n");
    for (int i = 0; i < figures.rows().size(); i++) {
      html.append(curves.lines().get(i).isOurs() ? "<tr class=\"ours\">" : "<tr>");
      for (String cell : figures.rows().get(i)) {
        html.append("<td>").append(Html.escape(cell)).append("</td>");
      }
      html.append("</tr>\n");
    }
    return html.append("</table></div>\n").toString();
  }

  private String picture(String name, String description) {
    return charts.containsKey(name) ? charts.get(name).html(description) : "";
  }
}
