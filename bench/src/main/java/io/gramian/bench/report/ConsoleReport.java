package io.gramian.bench.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lines for people: a subject, then each side below it. */
public final class ConsoleReport {
  private static final double MEBI = 1024 * 1024;

  /** Shorter times are shown in microseconds. */
  private static final double SMALL_SECONDS = 1e-4;

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
    Optional<Line> ours = lines.stream().filter(Line::isOurs).findFirst();
    for (Line line : lines) {
      out.println("  " + side(line) + (line.isPeer() ? comparison(ours, line) : ""));
    }
    out.flush();
  }

  private static String side(Line line) {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-24s", line.by().title()));
    if (line.time().isEmpty()) {
      return text.append(" not measured: ").append(line.note()).toString();
    }
    Timing time = line.time().get();
    boolean small = time.median() < SMALL_SECONDS;
    double unit = small ? 1e6 : 1e3;
    text.append(
        String.format(
            Locale.ROOT,
            " %11.3f %s (p20 %.3f, p80 %.3f, %d runs)",
            unit * time.median(),
            small ? "us" : "ms",
            unit * time.p20(),
            unit * time.p80(),
            time.runs()));
    line.flopsPerSecond().ifPresent(rate -> add(text, "%.1f GFLOP/s", 1e-9 * rate));
    line.bytesPerSecond().ifPresent(rate -> add(text, "%.1f GB/s", 1e-9 * rate));
    line.fraction()
        .ifPresent(
            fraction ->
                add(text, "%.0f %% of %s", 100 * fraction, line.limit().orElseThrow().name()));
    line.memory().ifPresent(bytes -> add(text, "memory %.1f MiB", bytes / MEBI));
    line.agreement()
        .ifPresent(
            found ->
                add(text, "differs by %.0e, gradients %.0e", found.result(), found.gradients()));
    if (!line.note().isEmpty()) {
      add(text, "%s", line.note());
    }
    return text.toString();
  }

  private static String comparison(Optional<Line> ours, Line peer) {
    if (ours.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    Ratios.speedup(ours.get(), peer)
        .ifPresent(ratio -> add(text, "gramian is %.2f x as fast", ratio));
    Ratios.memory(ours.get(), peer)
        .ifPresent(ratio -> add(text, "takes %.1f %% of its memory", 100 * ratio));
    return text.toString();
  }

  private static void add(StringBuilder line, String format, Object... values) {
    line.append(", ").append(String.format(Locale.ROOT, format, values));
  }
}
