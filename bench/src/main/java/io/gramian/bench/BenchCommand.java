package io.gramian.bench;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.ParameterException;
import io.gramian.bench.cases.CheckSize;
import io.gramian.bench.docs.Docs;
import io.gramian.bench.jmh.Microbenchmarks;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.page.ReportFiles;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Root;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.RunCsv;
import io.gramian.bench.torch.Torch;
import io.gramian.cli.UserException;
import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gramian bench}: times and memory of the ops, beside other libraries. */
@Command(
    name = "bench",
    description = {
      "Measures ops beside other libraries, in turn, after checking that results agree.",
      "Writes measurements.csv, charts and a page that shows them."
    },
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
  /** What the microbenchmarks measure. */
  private static final String JMH_BACKEND = "cpu";

  @Parameters(
      arity = "0..*",
      paramLabel = "OP",
      description = "What to measure: names of ops, or matmul; default: all.")
  private List<String> ops = List.of();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto (the best there is), cuda, cpu, reference or emulated; default: auto.")
  private String backend;

  @Option(
      names = "--jmh",
      description = {
        "Microbenchmarks instead: every side in processes of its own, by JMH, on the backend cpu.",
        "OP may be plan (making plans) or launch (enqueuing) too."
      })
  private boolean jmh;

  @Option(names = "--quick", description = "Fewer and smaller sizes: a few minutes.")
  private boolean quick;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of both sides; default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--batch",
      paramLabel = "B",
      split = ",",
      description = "Batch sizes; default: those of each op.")
  private List<Integer> batches = List.of();

  @Option(
      names = "--modalities",
      paramLabel = "K",
      split = ",",
      description = "Only cases of so many vectors per sample; default: all.")
  private List<Integer> modalities = List.of();

  @Option(
      names = "--dimension",
      paramLabel = "D",
      defaultValue = "0",
      description = "Length of a vector; default: that of each op.")
  private int dimension;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each side gets its turn; default: 5, quick 3.")
  private Integer rounds;

  @Option(
      names = "--turn",
      paramLabel = "SECONDS",
      description = "A turn repeats its side until this has passed; default: 0.2, quick 0.05.")
  private Double turn;

  @Option(
      names = "--warm",
      paramLabel = "SECONDS",
      description =
          "A side runs for this long before the timing, and on while Java compiles; default: 0.6,"
              + " quick 0.3.")
  private Double warm;

  @Option(
      names = "--blas",
      paramLabel = "NAME",
      defaultValue = Torch.ANY,
      description = "BLAS of the peers, mkl or openblas; default: mkl where present.")
  private String blas;

  @Option(names = "--no-peers", description = "Measures this library alone.")
  private boolean noPeers;

  @Option(
      names = "--check",
      description =
          "Compares with the reference at the measured size too, not only in a small case: minutes"
              + " more.")
  private boolean check;

  @Option(names = "--no-memory", description = "Leaves the peak memory of losses out.")
  private boolean noMemory;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "gramian-bench",
      description = "Where measurements, charts and the page go; default: gramian-bench.")
  private Path out;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Writes the measurements to this file too.")
  private Path csv;

  @Option(
      names = "--docs",
      description = "Measures nothing; writes the figures of bench/results into the documents.")
  private boolean docs;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public BenchCommand() {}

  @Override
  public Integer call() throws IOException {
    if (docs) {
      return writeDocs();
    }
    Settings settings = settings();
    requireFolder(csv == null ? null : csv.toAbsolutePath().getParent());
    PrintWriter console = spec.commandLine().getOut();
    Machine machine = Machine.here();
    Results results = new Results(settings, console, spec.commandLine().getErr());
    if (jmh) {
      Path log = out.resolve(Microbenchmarks.LOG);
      List<Job> jobs = required(Microbenchmarks.jobs(settings, log), "by JMH");
      console.println(machine);
      results.measure(jobs);
    } else {
      measureInTurn(settings, machine, results);
    }
    Run run = new Run(machine, results.lines());
    if (!run.lines().isEmpty()) {
      ReportFiles.write(out, run);
      console.println("page: " + out.resolve(ReportFiles.PAGE));
      if (csv != null) {
        AtomicOutput.writeText(csv, RunCsv.write(run));
      }
    }
    return results.agreed() ? 0 : 1;
  }

  private void measureInTurn(Settings settings, Machine machine, Results results) {
    PrintWriter console = spec.commandLine().getOut();
    DeviceOptions options = DeviceOptions.defaults().threads(threads);
    try (Device device = Device.open(settings.backend(), options)) {
      List<Job> jobs = required(Suite.jobs(device, settings), "on " + device);
      console.println(machine);
      console.println(device);
      results.measure(jobs);
    }
  }

  private List<Job> required(List<Job> jobs, String how) {
    if (jobs.isEmpty()) {
      throw new ParameterException("nothing to measure " + how + " for " + ops);
    }
    return jobs;
  }

  private int writeDocs() throws IOException {
    List<String> written = new Docs(Root.here()).write();
    written.forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private Settings settings() {
    List<String> names = jmh ? Microbenchmarks.names() : Suite.names();
    for (String op : ops) {
      if (!names.contains(op)) {
        throw new ParameterException("unknown benchmark '" + op + "'; expected one of " + names);
      }
    }
    if (jmh) {
      requireJmh();
    }
    requireAtLeast("--threads", 1, List.of(threads));
    requireAtLeast("--batch", 1, batches);
    requireAtLeast("--modalities", 2, modalities);
    requireAtLeast("--dimension", 0, List.of(dimension));
    requireAtLeast("--rounds", 1, rounds == null ? List.of() : List.of(rounds));
    if (!blas.equals(Torch.ANY) && !Torch.BLAS.contains(blas)) {
      throw new ParameterException("unknown BLAS '" + blas + "'; expected one of " + Torch.BLAS);
    }
    Interleaved usual = quick ? Interleaved.QUICK : Interleaved.USUAL;
    return new Settings(
        jmh ? JMH_BACKEND : backend,
        threads,
        ops,
        batches,
        modalities,
        dimension,
        !noPeers,
        blas,
        !noMemory,
        check ? CheckSize.MEASURED : CheckSize.SMALL,
        quick,
        new Interleaved(
            rounds == null ? usual.rounds() : rounds,
            turn == null ? usual.turnSeconds() : turn,
            warm == null ? usual.warmSeconds() : warm));
  }

  private void requireJmh() {
    if (!List.of(JMH_BACKEND, "auto").contains(backend)) {
      throw new ParameterException("--jmh measures the backend cpu, got --backend " + backend);
    }
    if (rounds != null || turn != null || warm != null) {
      throw new ParameterException("--jmh has no turns: leave out --rounds, --turn and --warm");
    }
    if (noMemory) {
      throw new ParameterException("--jmh measures no memory: leave out --no-memory");
    }
    Microbenchmarks.missing()
        .ifPresent(
            reason -> {
              throw new UserException("--jmh: " + reason);
            });
  }

  private static void requireAtLeast(String option, int least, List<Integer> values) {
    for (int value : values) {
      if (value < least) {
        throw new ParameterException(option + ": expected at least " + least + ", got " + value);
      }
    }
  }

  private static void requireFolder(Path folder) {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new ParameterException("no such folder: " + folder);
    }
  }
}
