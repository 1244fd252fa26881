package io.gramian.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.bench.Job;
import io.gramian.bench.Settings;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.peers.Peers;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.RunCsv;
import io.gramian.bench.report.Timing;
import io.gramian.op.Ops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite, with efforts that are too small to tell anything of times. */
class JmhSuiteTest {
  private static final Forks.Effort TINY = new Forks.Effort(1, 0, 0.01, 2, 3);

  @TempDir private Path folder;

  @Test
  void everyOpIsMeasured() {
    for (boolean quick : List.of(false, true)) {
      List<String> titles = titles(List.of(), quick);
      for (String op : Ops.names()) {
        assertThat(titles).anyMatch(title -> title.matches(op + "( [a-z]+)? \\d+"));
      }
      assertThat(titles).anyMatch(title -> title.startsWith("matmul "));
      assertThat(titles).contains("launch empty kernel");
      assertThat(titles.stream().anyMatch(title -> title.startsWith("plan "))).isEqualTo(!quick);
    }
  }

  @Test
  void everyPlanIsMeasuredWhereItIsAskedFor() {
    assertThat(titles(List.of("plan"), true))
        .hasSameSizeAs(Ops.names())
        .allMatch(title -> Ops.names().contains(title.split(" ")[1]));
    assertThat(titles(List.of("gram"), false)).noneMatch(title -> title.startsWith("plan "));
  }

  @Test
  void anOpIsTimedInAProcessAndGivesALineOfTheCsv() {
    List<Line> lines = measure("matching", settings(List.of("matching"), List.of(8), false));

    assertThat(lines)
        .singleElement()
        .satisfies(line -> assertThat(line.time()).as(log()).isPresent())
        .satisfies(line -> assertThat(line.agreement()).isPresent());
    Timing time = lines.getFirst().time().orElseThrow();
    assertThat(time.runs()).isPositive();
    assertThat(time.minimum()).isPositive().isLessThanOrEqualTo(time.p20());
    assertThat(time.p20()).isLessThanOrEqualTo(time.median());
    assertThat(time.median()).isLessThanOrEqualTo(time.p80());
    Run run = new Run(Machine.here(), lines);
    assertThat(RunCsv.write(run)).contains(",jmh,matching,,both,8,2,64,f32,ours,gramian,");
    assertThat(RunCsv.read("jmh.csv", RunCsv.write(run)).lines()).hasSize(1);
  }

  @Test
  void launchesAreTimedByOurBindingAndByJcuda() {
    requireEmulated();
    Settings settings = settings(List.of("launch"), List.of(), false, true);

    for (Launch.Work work : List.of(Launch.Work.EMPTY, Launch.Work.ARGUMENTS)) {
      assertThat(measure("launch " + work.title(), settings))
          .extracting(line -> line.by().name())
          .containsExactly("gramian", "jcuda");
    }
    assertThat(measure("launch " + Launch.Work.RUN.title(), settings))
        .satisfiesExactly(
            ours -> assertThat(ours.time().orElseThrow().runs()).isEqualTo(TINY.bursts()),
            cublas -> assertThat(cublas.note()).isEqualTo("cuBLAS needs a GPU"));
  }

  @Test
  void plansAreTimedOnBothBackends() {
    requireEmulated();

    List<Line> lines = measure("plan gram", settings(List.of("plan"), List.of(), false));

    assertThat(lines).extracting(line -> line.by().device()).startsWith("cpu", "emulated");
    assertThat(lines).allSatisfy(line -> assertThat(line.time()).as(log()).isPresent());
  }

  @Test
  void aProcessThatFailsLeavesNoTimeAndItsReasonInTheLog() {
    Optional<Timing> time = forks().calls(OpTime.class, Map.of("op", "sorting", "side", "cpu"));

    assertThat(time).isEmpty();
    assertThat(log()).contains("unknown benchmark 'sorting'");
  }

  private List<String> titles(List<String> ops, boolean quick) {
    return jobs(settings(ops, List.of(), quick)).stream().map(Job::title).toList();
  }

  private List<Line> measure(String title, Settings settings) {
    List<Line> lines =
        jobs(settings).stream()
            .filter(job -> job.title().startsWith(title))
            .findFirst()
            .orElseThrow()
            .work()
            .get();
    assertThat(lines).allMatch(line -> line.suite().equals(Line.JMH));
    return lines;
  }

  private List<Job> jobs(Settings settings) {
    return new JmhSuite(settings, Peers.load(settings), forks()).jobs();
  }

  private Forks forks() {
    return new Forks(TINY, folder.resolve("logs/jmh.log"));
  }

  private String log() {
    try {
      Path log = folder.resolve("logs/jmh.log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void requireEmulated() {
    Optional<String> missing = JmhSuite.missing(JmhSuite.EMULATED);
    assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
  }

  private static Settings settings(List<String> ops, List<Integer> batches, boolean quick) {
    return settings(ops, batches, quick, false);
  }

  private static Settings settings(
      List<String> ops, List<Integer> batches, boolean quick, boolean peers) {
    int dimension = ops.isEmpty() ? 0 : 64;
    return new Settings(
        "cpu",
        1,
        ops,
        batches,
        List.of(),
        dimension,
        peers,
        "any",
        false,
        false,
        quick,
        Interleaved.QUICK);
  }
}
