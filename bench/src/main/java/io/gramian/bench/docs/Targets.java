package io.gramian.bench.docs;

import io.gramian.bench.page.Figures;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Ratios;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the design wants to reach, and what was measured. */
final class Targets {
  private static final String EAGER = "PyTorch eager";
  private static final int LARGEST = 1_048_576;
  private static final double HOPPER = 0.72;
  private static final double PORTABLE = 0.45;

  private static final Outcome OPEN = new Outcome("not measured", "open");

  private final Results results;

  /** Sides of a target are measured together, which microbenchmarks do not. */
  Targets(Results results) {
    this.results = results.without(Line.JMH);
  }

  /**
   * What came of a target.
   *
   * @param measured the figures
   * @param verdict whether it was met
   */
  private record Outcome(String measured, String verdict) {
    static Outcome of(String measured, boolean met) {
      return new Outcome(measured, met ? "met" : "**missed**");
    }
  }

  /** The table. */
  String table() {
    List<List<String>> rows = new ArrayList<>();
    row(
        rows,
        "cpu contrastive volume f32, B = 1024..2048, k = 3..5",
        "PyTorch in Java, the published expression with autograd, same threads",
        "at least 25 x as fast, below 3 % of its peak memory",
        cpuContrastive());
    row(
        rows,
        "cpu matrix-product core",
        "peak of fused multiply-adds of the machine",
        "at least 75 %",
        fraction(
            line -> isOurs(line, "matmul", "", "cpu") && line.subject().batch() >= 1024,
            0.75,
            OPEN));
    row(
        rows,
        "cuda batched gram, logdet, volume, B = 65536",
        "device-to-device copy, bytes of inputs and outputs",
        "at least 85 %",
        fraction(
            line ->
                Set.of("gram", "logdet", "volume").contains(line.subject().op())
                    && isCuda(line)
                    && line.subject().batch() == 65536,
            0.85));
    row(
        rows,
        "cuda nway, N = 3",
        "copy rate, bytes of the output",
        "at least 80 %",
        fraction(
            line ->
                line.subject().op().equals("nway")
                    && isCuda(line)
                    && line.subject().modalities() == 3,
            0.80));
    row(
        rows,
        "cuda contrastive volume bf16, forward and backward",
        "the largest matrix product of the same run",
        "portable path at least 45 %, Hopper path at least 72 %",
        cudaContrastive());
    row(
        rows,
        "the same, largest batch on one 141 GB GPU",
        "the published code: out of memory past B = 16384, k = 4",
        "B = 1,048,576",
        largestBatch());
    row(
        rows,
        "cuda contrastive cosine",
        "Inf-CL (Triton) at equal accuracy",
        "at least 3 x as fast",
        infCl());
    row(
        rows,
        "launch overhead of a run",
        "an empty kernel through the driver",
        "less than 2 us more",
        launch());
    return Markdown.table(List.of("what", "against", "target", "measured", "verdict"), rows);
  }

  private static void row(
      List<List<String>> rows, String what, String against, String target, Outcome outcome) {
    rows.add(List.of(what, against, target, outcome.measured, outcome.verdict));
  }

  private Outcome cpuContrastive() {
    List<Double> speedups = new ArrayList<>();
    List<Double> atPeak = new ArrayList<>();
    List<Double> memories = new ArrayList<>();
    Predicate<Line> wanted =
        line ->
            isOurs(line, "contrastive", "volume", "cpu")
                && Set.of(1024, 2048).contains(line.subject().batch())
                && line.subject().modalities() >= 3
                && line.subject().modalities() <= 5;
    String peerName = EAGER;
    for (NamedRun run : results.newest()) {
      for (Line ours : run.lines(wanted)) {
        Optional<Line> peer = peer(run, ours, EAGER);
        if (peer.isPresent()) {
          peerName = peer.get().by().title();
          Ratios.speedup(ours, peer.get()).ifPresent(speedups::add);
          Ratios.speedupAtLimit(ours, peer.get()).ifPresent(atPeak::add);
          Ratios.memory(ours, peer.get()).ifPresent(memories::add);
        }
      }
    }
    if (speedups.isEmpty()) {
      return OPEN;
    }
    Span speedup = Span.of(speedups);
    String text = speedup.text(1, " x the speed of " + peerName);
    if (!atPeak.isEmpty()) {
      String unit =
          " x if its matrix products ran at the " + Limit.FMA + " and nothing else took time)";
      text += " (" + Span.of(atPeak).text(1, unit);
    }
    if (memories.isEmpty()) {
      return new Outcome(text + "; memory not measured", "**missed**");
    }
    Span memory = Span.of(memories);
    boolean fast = speedup.least() >= 25;
    boolean small = memory.greatest() < 0.03;
    return new Outcome(
        text + ", " + memory.text(100, " %") + " of its memory",
        fast && small
            ? "met"
            : "speed "
                + (fast ? "met" : "**missed**")
                + ", memory "
                + (small ? "met" : "**missed**"));
  }

  private Outcome fraction(Predicate<Line> wanted, double target) {
    return fraction(wanted, target, noGpu());
  }

  private Outcome fraction(Predicate<Line> wanted, double target, Outcome otherwise) {
    List<Double> fractions = fractions(wanted);
    if (fractions.isEmpty()) {
      return otherwise;
    }
    Span span = Span.of(fractions);
    return Outcome.of(span.text(100, " %"), span.least() >= target);
  }

  private Outcome cudaContrastive() {
    List<Double> fractions =
        fractions(
            line ->
                isOurs(line, "contrastive", "volume", "cuda")
                    && line.subject().dtype().equals("bf16")
                    && line.subject().pass().equals("both"));
    if (fractions.isEmpty()) {
      return noGpu();
    }
    Span span = Span.of(fractions);
    String verdict =
        span.greatest() >= HOPPER
            ? "met"
            : span.greatest() >= PORTABLE
                ? "portable path met, Hopper path **missed**"
                : "**missed**";
    return new Outcome(span.text(100, " %"), verdict);
  }

  private Outcome largestBatch() {
    int largest =
        results
            .lines(line -> isOurs(line, "contrastive", "volume", "cuda") && line.time().isPresent())
            .stream()
            .mapToInt(line -> line.subject().batch())
            .max()
            .orElse(0);
    return largest == 0
        ? noGpu()
        : Outcome.of(
            "B = " + String.format(java.util.Locale.ROOT, "%,d", largest), largest >= LARGEST);
  }

  private Outcome infCl() {
    List<Double> speedups = new ArrayList<>();
    for (NamedRun run : results.newest()) {
      for (Line ours : run.lines(line -> isOurs(line, "contrastive", "cosine", "cuda"))) {
        peer(run, ours, "Inf-CL")
            .ifPresent(other -> Ratios.speedup(ours, other).ifPresent(speedups::add));
      }
    }
    if (speedups.isEmpty()) {
      return noGpu();
    }
    Span span = Span.of(speedups);
    return Outcome.of(span.text(1, " x the speed"), span.least() >= 3);
  }

  private Outcome launch() {
    List<Line> launches =
        results.lines(
            line ->
                line.subject().op().equals("launch")
                    && line.by().device().equals("cuda")
                    && line.time().isPresent());
    Optional<Line> ours = launches.stream().filter(Line::isOurs).findFirst();
    Optional<Line> empty =
        launches.stream().filter(line -> line.by().role() == Contestant.Role.LIMIT).findFirst();
    if (ours.isEmpty() || empty.isEmpty()) {
      return noGpu();
    }
    double more = 1e6 * (ours.get().seconds().getAsDouble() - empty.get().seconds().getAsDouble());
    return Outcome.of(Figures.number(more) + " us more", more < 2);
  }

  private List<Double> fractions(Predicate<Line> wanted) {
    return results
        .lines(line -> line.isOurs() && line.fraction().isPresent() && wanted.test(line))
        .stream()
        .map(line -> line.fraction().getAsDouble())
        .toList();
  }

  private Outcome noGpu() {
    return results.hasGpu() ? OPEN : new Outcome("not measured: no GPU", "open");
  }

  private static boolean isCuda(Line line) {
    return line.by().device().equals("cuda");
  }

  private static boolean isOurs(Line line, String op, String variant, String device) {
    return line.isOurs()
        && line.subject().op().equals(op)
        && line.subject().variant().equals(variant)
        && line.by().device().equals(device);
  }

  private static Optional<Line> peer(NamedRun run, Line ours, String name) {
    return run.peers(ours).stream()
        .filter(line -> line.suite().equals(ours.suite()) && line.by().name().startsWith(name))
        .findFirst();
  }
}
