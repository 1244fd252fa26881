package io.gramian.bench.page;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import java.util.List;

/** One page that shows a run: light, and complete without any other file. */
final class Page {
  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff;
        max-width: 1000px; margin: 2rem auto; padding: 0 1rem }
      h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2.5rem }
      dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem }
      dt { color: #777 } dd { margin: 0 }
      table { border-collapse: collapse; margin: .5rem 0; font-size: 13px; width: 100% }
      th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #e4e4e4 }
      tr.ours td { font-weight: 600 }
      .charts { display: flex; flex-wrap: wrap; gap: 1rem }
      svg { max-width: 100%; height: auto }
      nav a { margin-right: .8rem; white-space: nowrap }
      """;

  private static final String IN_TURN =
      "All sides of a case take turns in one process, on the same inputs and as many threads, after"
          + " their results were checked. Times are medians. Work is counted once for all sides;"
          + " limits are measured in the same run.";

  private static final String ALONE =
      "Every side of a case runs alone, in processes of its own, by JMH, on the same inputs and as"
          + " many threads, after its results were checked. Times are medians. Work is counted once"
          + " for all sides.";

  private final Run run;
  private final StringBuilder html = new StringBuilder();

  Page(Run run) {
    this.run = run;
  }

  String html() {
    List<Curves> curves = Curves.of(run.lines());
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n")
        .append("<title>Gramian bench</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body>\n<h1>Gramian bench</h1>\n");
    machine(run.machine());
    html.append("<p>").append(isOfJmh() ? ALONE : IN_TURN).append("</p>\n");
    Fractions.chart(curves).ifPresent(html::append);
    html.append("<nav>");
    curves.forEach(
        one ->
            html.append("<a href=\"#")
                .append(one.slug())
                .append("\">")
                .append(Svg.escape(one.subject().title() + " " + one.subject().pass()))
                .append("</a> "));
    html.append("</nav>\n");
    curves.forEach(this::section);
    return html.append("</body></html>\n").toString();
  }

  private boolean isOfJmh() {
    return run.lines().stream().allMatch(line -> line.suite().equals(Line.JMH));
  }

  private void machine(Machine machine) {
    html.append("<dl>");
    item("processor", machine.processor() + ", " + machine.cores() + " cores");
    item("GPU", machine.gpu().isEmpty() ? "none" : machine.gpu() + ", driver " + machine.driver());
    item("Java", machine.jdk() + ", " + machine.system());
    item("day", machine.date());
    item("commit", machine.commit().isEmpty() ? "unknown" : machine.commit());
    item(
        "load",
        Figures.number(machine.load())
            + (machine.load() > 1 ? " busy tasks before the run: figures are hints" : ""));
    html.append("</dl>\n");
  }

  private void item(String term, String text) {
    html.append("<dt>").append(term).append("</dt><dd>").append(Svg.escape(text)).append("</dd>");
  }

  private void section(Curves curves) {
    html.append("<h2 id=\"")
        .append(curves.slug())
        .append("\">")
        .append(Svg.escape(curves.title()))
        .append("</h2>\n<div class=\"charts\">");
    curves.timeChart().ifPresent(html::append);
    curves.memoryChart().ifPresent(html::append);
    html.append("</div>\n<table><tr>");
    Figures.HEADER.forEach(title -> html.append("<th>").append(title).append("</th>"));
    html.append("</tr>\n");
    List<List<String>> rows = Figures.rows(curves.lines());
    for (int i = 0; i < rows.size(); i++) {
      html.append(curves.lines().get(i).isOurs() ? "<tr class=\"ours\">" : "<tr>");
      rows.get(i).forEach(cell -> html.append("<td>").append(Svg.escape(cell)).append("</td>"));
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }
}
