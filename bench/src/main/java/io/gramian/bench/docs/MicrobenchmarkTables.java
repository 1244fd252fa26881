package io.gramian.bench.docs;

import io.gramian.bench.page.Figures;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The microbenchmarks of a run: one table of the ops, one of plans, one of launches. */
final class MicrobenchmarkTables {
  private static final String PLAN = "plan";
  private static final String LAUNCH = "launch";
  private static final double MICRO = 1e6;

  private MicrobenchmarkTables() {}

  /** The tables with their headings; what was not measured has none. */
  static String of(Run run) {
    StringBuilder text =
        new StringBuilder("\nEvery side of a case ran alone, in processes of its own, by JMH.\n");
    List<Line> ops = lines(run, line -> !Set.of(PLAN, LAUNCH).contains(line.subject().op()));
    if (!ops.isEmpty()) {
      text.append("\n### Ops\n\n").append(ops(ops));
    }
    List<Line> plans = lines(run, line -> line.subject().op().equals(PLAN));
    if (!plans.isEmpty()) {
      text.append("\n### Making a plan and closing it\n\n").append(plans(plans));
    }
    List<Line> launches = lines(run, line -> line.subject().op().equals(LAUNCH));
    if (!launches.isEmpty()) {
      text.append("\n### Enqueuing a launch, time of the host\n\n").append(launches(launches));
    }
    return text.toString();
  }

  private static String ops(List<Line> lines) {
    List<List<String>> figures = Figures.rows(lines);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Subject subject = lines.get(i).subject();
      List<String> row = new ArrayList<>();
      row.add("`" + subject.title() + "`, " + subject.pass());
      row.add(shape(subject));
      row.addAll(shown().stream().map(Figures.HEADER::indexOf).map(figures.get(i)::get).toList());
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("op", "size"));
    header.addAll(shown());
    return Markdown.table(header, rows);
  }

  /** What of the usual columns this suite has. */
  private static List<String> shown() {
    return List.of("by", "time (p20 to p80), ms", "rate", "against ours");
  }

  private static String plans(List<Line> lines) {
    List<String> devices = lines.stream().map(line -> line.by().device()).distinct().toList();
    List<List<String>> rows = new ArrayList<>();
    for (Subject subject : lines.stream().map(Line::subject).distinct().toList()) {
      List<String> row = new ArrayList<>(List.of("`" + subject.variant() + "`", shape(subject)));
      for (String device : devices) {
        row.add(
            lines.stream()
                .filter(line -> line.subject().equals(subject))
                .filter(line -> line.by().device().equals(device))
                .map(MicrobenchmarkTables::micros)
                .findFirst()
                .orElse(""));
      }
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("op", "size"));
    devices.forEach(device -> header.add(device + ", us"));
    return Markdown.table(header, rows);
  }

  private static String launches(List<Line> lines) {
    return Markdown.table(
        List.of("what", "device", "by", "time (p20 to p80), us"),
        lines.stream()
            .map(
                line ->
                    List.of(
                        line.subject().variant(),
                        line.by().device(),
                        (line.by().name() + " " + (line.isOurs() ? "" : line.by().version()))
                            .strip(),
                        micros(line)))
            .toList());
  }

  private static List<Line> lines(Run run, Predicate<Line> condition) {
    return run.lines().stream().filter(condition).toList();
  }

  private static String shape(Subject subject) {
    return "B = " + subject.batch() + ", " + String.join(", ", subject.sizes());
  }

  private static String micros(Line line) {
    if (line.time().isEmpty()) {
      return "not measured: " + line.note();
    }
    Timing time = line.time().get();
    return String.format(
        "%s (%s to %s)",
        Figures.number(MICRO * time.median()),
        Figures.number(MICRO * time.p20()),
        Figures.number(MICRO * time.p80()));
  }
}
