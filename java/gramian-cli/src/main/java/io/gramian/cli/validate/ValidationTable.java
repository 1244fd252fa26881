package io.gramian.cli.validate;

import io.gramian.conformance.CheckResult;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints results as a table, a line for each as it comes. */
final class ValidationTable {
  private static final int MOST_FAILURES = 8;

  private final PrintWriter out;

  ValidationTable(PrintWriter out) {
    this.out = out;
  }

  void header() {
    out.printf(
        "%-22s %-18s %5s   %-21s %-21s %s%n",
        "op", "checked", "cases", "scores / allowed", "gradients / allowed", "");
  }

  void row(CheckResult result) {
    if (result.skipped() != null) {
      out.printf("%-22s %-18s %5s   %s%n", result.op(), result.check(), "-", result.skipped());
    } else {
      out.printf(
          "%-22s %-18s %5d   %-21s %-21s %s%n",
          result.op(),
          result.check(),
          result.cases(),
          pair(result.scores(), result.bounds().scores()),
          pair(result.gradients(), result.bounds().gradients()),
          result.failures().isEmpty() ? "ok" : "FAILED");
      if (result.unsupported() != null) {
        out.println("    some cases left out: " + result.unsupported());
      }
    }
    result.failures().stream().limit(MOST_FAILURES).forEach(line -> out.println("    " + line));
    if (result.failures().size() > MOST_FAILURES) {
      out.println("    and " + (result.failures().size() - MOST_FAILURES) + " more");
    }
    out.flush();
  }

  private static String pair(double error, double bound) {
    return error == CheckResult.NONE ? "" : String.format(Locale.ROOT, "%.1e / %.0e", error, bound);
  }
}
