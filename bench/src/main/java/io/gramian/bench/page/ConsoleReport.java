package io.gramian.bench.page;

import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Lines for people: a subject, then each side below it. */
public final class ConsoleReport {
  private final PrintWriter out;

  /** Prints to a writer. */
  public ConsoleReport(PrintWriter out) {
    this.out = out;
  }

  /** Prints the lines of one subject. */
  public void print(List<Line> lines) {
    if (lines.isEmpty()) {
      return;
    }
    Subject subject = lines.getFirst().subject();
    out.printf(
        Locale.ROOT,
        "%s %s  B = %d  %s%n",
        subject.title(),
        subject.pass(),
        subject.batch(),
        String.join("  ", subject.sizes()));
    for (Line line : lines) {
      String figures = String.join(", ", Figures.of(line, lines));
      out.printf("  %-26s %s", line.by().title(), figures);
      line.agreement()
          .ifPresent(
              found ->
                  out.printf(
                      Locale.ROOT,
                      ", differs by %.0e, gradients %.0e",
                      found.result(),
                      found.gradients()));
      out.println();
    }
    out.flush();
  }
}
