package io.gramian.bench;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.ParameterException;
import io.gramian.UnsupportedOpException;
import io.gramian.bench.losses.LossBenchmark;
import io.gramian.bench.losses.LossCase;
import io.gramian.bench.matmul.MatmulBenchmark;
import io.gramian.bench.measure.Interleaved;
import io.gramian.bench.memory.MemoryProbe;
import io.gramian.bench.report.Charts;
import io.gramian.bench.report.ConsoleReport;
import io.gramian.bench.report.CsvReport;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Measurement;
import io.gramian.bench.samples.SampleBenchmark;
import io.gramian.bench.torch.Torch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "Losses (contrastive, mmd, semantic-density, nt-xent): forward and backward against PyTorch."
          + " matmul: the bare product against sgemm. gram, logdet, volume: against a memory copy."
    },
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
  private static final List<String> ALL =
      Stream.of(LossCase.OPS, List.of(MatmulBenchmark.NAME), SampleBenchmark.OPS)
          .flatMap(List::stream)
          .toList();

  @Parameters(arity = "0..*", paramLabel = "OP", description = "What to measure; default: all.")
  private List<String> ops = List.of();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto (the best there is), cuda, cpu, reference or emulated; default: auto.")
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of both sides; default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--batch",
      paramLabel = "B",
      split = ",",
      description = "Batch sizes; default: 1024,2048 (contrastive), 4096, 65536 (samples).")
  private List<Integer> batches = List.of();

  @Option(
      names = "--modalities",
      paramLabel = "K",
      split = ",",
      description = "Vectors per sample; default: 3,4,5 (contrastive), 4 (samples).")
  private List<Integer> modalities = List.of();

  @Option(
      names = "--dimension",
      paramLabel = "D",
      defaultValue = "512",
      description = "Length of a vector; default: 512.")
  private int dimension;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each side gets its turn; default: 5.")
  private int rounds;

  @Option(
      names = "--turn",
      paramLabel = "SECONDS",
      defaultValue = "0.3",
      description = "A turn repeats its side until this has passed; default: 0.3.")
  private double turn;

  @Option(
      names = "--warm",
      paramLabel = "SECONDS",
      defaultValue = "1.5",
      description = "A side runs for this long before the timing; default: 1.5.")
  private double warm;

  @Option(
      names = "--blas",
      paramLabel = "NAME",
      description = "BLAS of the peers, mkl or openblas; default: mkl where present.")
  private String blas;

  @Option(names = "--no-peers", description = "Measures this library alone.")
  private boolean noPeers;

  @Option(names = "--no-memory", description = "Leaves the peak memory of losses out.")
  private boolean noMemory;

  @Option(names = "--csv", paramLabel = "FILE", description = "Writes the measurements as CSV.")
  private Path csv;

  @Option(
      names = "--charts",
      paramLabel = "DIR",
      description = "Draws time and memory beside the peers as PNG.")
  private Path charts;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public BenchCommand() {}

  @Override
  public Integer call() throws IOException {
    List<Benchmark> benchmarks =
        (ops.isEmpty() ? ALL : ops).stream().map(BenchCommand::benchmark).toList();
    Settings settings = settings();
    requireFolder(csv == null ? null : csv.toAbsolutePath().getParent());
    PrintWriter out = spec.commandLine().getOut();
    Machine machine = Machine.here();
    List<Measurement> measurements = new ArrayList<>();
    boolean agreed = true;
    DeviceOptions options = DeviceOptions.defaults().threads(threads);
    try (Device device = Device.open(backend, options)) {
      out.println(machine);
      out.println(device);
      if (!noMemory && (ops.isEmpty() || ops.stream().anyMatch(LossCase.OPS::contains))) {
        out.println(MemoryProbe.METHOD);
      }
      ConsoleReport console = new ConsoleReport(out);
      for (Benchmark benchmark : benchmarks) {
        try {
          benchmark.run(
              device,
              settings,
              measurement -> {
                measurements.add(measurement);
                console.print(measurement);
              });
        } catch (UnsupportedOpException e) {
          if (!ops.isEmpty()) {
            throw e;
          }
          out.println(e.getMessage());
        } catch (DisagreementException e) {
          agreed = false;
          spec.commandLine().getErr().println("gramian: " + e.getMessage());
        }
      }
    }
    if (csv != null) {
      Files.writeString(csv, CsvReport.of(machine, measurements));
    }
    if (charts != null) {
      Files.createDirectories(charts);
      for (Map.Entry<String, byte[]> chart : Charts.png(measurements).entrySet()) {
        Files.write(charts.resolve(chart.getKey() + ".png"), chart.getValue());
      }
    }
    return agreed ? 0 : 1;
  }

  private static Benchmark benchmark(String op) {
    if (op.equals(MatmulBenchmark.NAME)) {
      return new MatmulBenchmark();
    }
    if (LossCase.OPS.contains(op)) {
      return new LossBenchmark(op);
    }
    if (SampleBenchmark.OPS.contains(op)) {
      return new SampleBenchmark(op);
    }
    throw new ParameterException("unknown benchmark '" + op + "'; expected one of " + ALL);
  }

  private Settings settings() {
    requireAtLeast("--threads", 1, List.of(threads));
    requireAtLeast("--batch", 1, batches);
    requireAtLeast("--modalities", 2, modalities);
    requireAtLeast("--dimension", 1, List.of(dimension));
    requireAtLeast("--rounds", 1, List.of(rounds));
    if (blas != null && !Torch.BLAS.contains(blas)) {
      throw new ParameterException("unknown BLAS '" + blas + "'; expected one of " + Torch.BLAS);
    }
    return new Settings(
        backend,
        threads,
        batches,
        modalities,
        dimension,
        !noPeers,
        blas,
        !noMemory,
        new Interleaved(rounds, turn, warm));
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
