package io.gramian.bench;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.ParameterException;
import io.gramian.bench.compare.HostSuite;
import io.gramian.bench.gpu.GpuSuite;
import io.gramian.bench.jmh.JmhSuite;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.page.Docs;
import io.gramian.bench.page.ReportFiles;
import io.gramian.bench.peers.Peers;
import io.gramian.bench.peers.Torch;
import io.gramian.bench.ranks.RanksSuite;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.RunCsv;
import io.gramian.bench.workload.Workloads;
import io.gramian.cli.UserException;
import io.gramian.cli.io.Root;
import io.gramian.cli.spi.Subcommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
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
public final class BenchCommand implements Callable<Integer>, Subcommand {
  /** What the microbenchmarks measure. */
  private static final String JMH_BACKEND = "cpu";

  @Parameters(
      arity = "0..*",
      paramLabel = "OP",
      completionCandidates = Names.class,
      description = {"What to measure; default: all of", "${COMPLETION-CANDIDATES}."})
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

  @Option(
      names = "--ranks",
      paramLabel = "N",
      split = ",",
      description = {
        "Instead: one batch over so many processes of this machine, for instance 1,2, which share",
        "the threads: time, bytes exchanged and memory of contrastive volume on the backend cpu."
      })
  private List<Integer> ranks = List.of();

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
      names = "--page",
      paramLabel = "FILE",
      description =
          "Measures nothing; draws the page and the charts of a CSV file, for instance one of"
              + " another machine.")
  private Path page;

  @Option(
      names = "--docs",
      description = "Measures nothing; writes the figures of bench/results into the documents.")
  private boolean docs;

  @Spec private CommandSpec spec;

  /** For the service loader. */
  public BenchCommand() {}

  /** What can be measured, for the help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Workloads.names().iterator();
    }
  }

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    if (docs) {
      new Docs(Root.here()).write().forEach(console::println);
      return 0;
    }
    if (page != null) {
      ReportFiles.writePage(out, RunCsv.read(page.toString(), Files.readString(page)));
      console.println("page: " + out.resolve(ReportFiles.PAGE));
      return 0;
    }
    if (!ranks.isEmpty()) {
      runRanks(console);
      return 0;
    }
    Settings settings = settings();
    requireFolder(csv == null ? null : csv.toAbsolutePath().getParent());
    Machine machine = Machine.here();
    PrintWriter complaints = spec.commandLine().getErr();
    Session session = new Session(settings, machine, out, csv, console, complaints);
    return (jmh ? runJmh(settings, session) : runInTurn(settings, session)) ? 0 : 1;
  }

  private void runRanks(PrintWriter console) throws IOException {
    if (jmh || !List.of("cpu", "auto").contains(backend)) {
      throw new ParameterException("--ranks measures the backend cpu, and not by --jmh");
    }
    if (ops.stream().anyMatch(op -> !op.equals("contrastive"))) {
      throw new ParameterException("--ranks measures contrastive, got " + ops);
    }
    requireAtLeast("--ranks", 1, ranks);
    requireAtLeast("--threads", 1, List.of(threads));
    requireAtLeast("--batch", ranks.stream().mapToInt(n -> n).max().orElse(1), batches);
    requireAtLeast("--modalities", 2, modalities);
    requireAtLeast("--dimension", 0, List.of(dimension));
    requireAtLeast("--rounds", 1, rounds == null ? List.of() : List.of(rounds));
    List<Integer> sizes =
        batches.isEmpty() ? (quick ? List.of(512) : List.of(1024, 2048)) : batches;
    Interleaved usual = quick ? Interleaved.QUICK : Interleaved.USUAL;
    new RanksSuite(
            threads,
            modalities.isEmpty() ? 4 : modalities.getFirst(),
            dimension == 0 ? 512 : dimension,
            rounds == null ? usual.rounds() : rounds,
            out)
        .run(sizes, ranks, console);
  }

  private boolean runJmh(Settings settings, Session session) throws IOException {
    Peers peers = Peers.load(settings);
    List<Job> jobs = JmhSuite.jobs(settings, peers, out.resolve(JmhSuite.LOG));
    requireSome(jobs, "by JMH");
    return session.run(jobs, peers.missing());
  }

  private boolean runInTurn(Settings settings, Session session) throws IOException {
    DeviceOptions options = DeviceOptions.defaults().threads(threads);
    try (Device device = Device.open(settings.backend(), options)) {
      List<String> heading = new ArrayList<>(List.of(device.toString()));
      List<Job> jobs;
      if (device.place().isHost()) {
        Peers peers = Peers.load(settings);
        heading.addAll(peers.missing());
        jobs = HostSuite.jobs(device, settings, peers);
      } else {
        jobs = GpuSuite.jobs(device, settings);
      }
      requireSome(jobs, "on " + device);
      return session.run(jobs, heading);
    }
  }

  private void requireSome(List<Job> jobs, String how) {
    if (jobs.isEmpty()) {
      throw new ParameterException("nothing to measure " + how + " for " + ops);
    }
  }

  private Settings settings() {
    List<String> names = jmh ? JmhSuite.names() : Workloads.names();
    for (String op : ops) {
      if (!names.contains(op)) {
        throw ParameterException.unknown("benchmark", op, names);
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
      throw ParameterException.unknown("BLAS", blas, Torch.BLAS);
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
        check,
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
    JmhSuite.missing()
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
