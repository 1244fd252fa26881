package io.gramian.bench.report;

import io.gramian.bench.measure.Samples;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Measurements for people: a block of lines each. */
public final class ConsoleReport {
  private static final double MEBI = 1024 * 1024;

  private final PrintWriter out;

  /** Prints to a writer. */
  public ConsoleReport(PrintWriter out) {
    this.out = out;
  }

  /** Prints a measurement. */
  public void print(Measurement row) {
    Measurement.Subject subject = row.subject();
    out.printf(
        Locale.ROOT,
        "%s %s  B = %d  k = %d  d = %d  f32  %d threads%n",
        subject.op(),
        subject.pass(),
        subject.batch(),
        subject.modalities(),
        subject.dimension(),
        subject.threads());
    side(
        subject.backend(),
        row.time(),
        row.flopsPerSecond(),
        row.bytesPerSecond(),
        row.fractionOfPeak(),
        row.peakBytes());
    row.peer()
        .ifPresent(
            peer ->
                side(
                    peer.name(),
                    peer.time(),
                    row.peerFlopsPerSecond(),
                    row.peerBytesPerSecond(),
                    peerFraction(row),
                    peer.peakBytes()));
    StringBuilder comparison = new StringBuilder();
    row.speedup().ifPresent(ratio -> add(comparison, "%.2f x as fast", ratio));
    row.memoryRatio().ifPresent(ratio -> add(comparison, "%.1f %% of the memory", 100 * ratio));
    row.agreement()
        .ifPresent(
            agreement -> {
              add(comparison, "result differs by %.1e", agreement.loss());
              if (!subject.pass().equals("forward")) {
                add(comparison, "gradients by %.1e", agreement.gradients());
              }
            });
    if (!comparison.isEmpty()) {
      out.println("  = " + comparison);
    }
    row.notes().forEach(note -> out.println("  " + note));
    out.flush();
  }

  private void side(
      String name,
      Samples time,
      OptionalDouble flops,
      OptionalDouble bytes,
      OptionalDouble ofPeak,
      OptionalLong peakBytes) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "  %-18s %10.3f ms (min %.3f, +-%.0f %%, %d runs)",
            name,
            1e3 * time.median(),
            1e3 * time.minimum(),
            100 * time.spread(),
            time.count()));
    flops.ifPresent(rate -> add(line, "%.1f GFLOP/s", 1e-9 * rate));
    bytes.ifPresent(rate -> add(line, "%.1f GB/s", 1e-9 * rate));
    ofPeak.ifPresent(fraction -> add(line, "%.0f %% of the FMA peak", 100 * fraction));
    peakBytes.ifPresent(peak -> add(line, "peak memory %.1f MiB", peak / MEBI));
    out.println(line);
  }

  private static OptionalDouble peerFraction(Measurement row) {
    return row.work().peakFlops().isEmpty() || row.peerFlopsPerSecond().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            row.peerFlopsPerSecond().getAsDouble() / row.work().peakFlops().getAsDouble());
  }

  private static void add(StringBuilder line, String format, Object... values) {
    line.append(line.isEmpty() ? "" : ", ").append(String.format(Locale.ROOT, format, values));
  }
}
