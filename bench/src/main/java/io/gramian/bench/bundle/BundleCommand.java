package io.gramian.bench.bundle;

import io.gramian.ParameterException;
import io.gramian.bench.report.Machine;
import io.gramian.cli.UserException;
import io.gramian.cli.spi.Subcommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gramian bundle}: an archive for machines that have nothing but an NVIDIA driver. */
@Command(
    name = "bundle",
    description = {
      "Makes one archive that runs info, run, validate and bench on a bare Linux x86-64 machine"
          + " with an NVIDIA driver: no JDK, no network, no CUDA toolkit.",
      "Needs the kernels, which the launcher builds; the first time that downloads 362 MB."
    },
    mixinStandardHelpOptions = true)
public final class BundleCommand implements Callable<Integer>, Subcommand {
  /** The targets that kernels are built for, with what runs them. */
  private static final List<String> TARGETS =
      List.of("sm_80", "sm_90a", "sm_100", "sm_120", "compute_80");

  /** Peers, whose native code is large, and charts, which need java.desktop. */
  private static final Pattern LEFT_OUT =
      Pattern.compile("(javacpp|openblas|mkl|pytorch|jcuda|jcublas|ejml|auto-service|xchart)-");

  private static final long MOST_BYTES = 50_000_000;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = Bundle.FOLDER + ".tar.gz",
      description = "The archive; default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--targets",
      paramLabel = "LIST",
      split = ",",
      description =
          "Kernels to take along: sm_80 (runs on every 8.x), sm_90a, sm_100, sm_120, compute_80"
              + " (PTX for all else); default: all.")
  private List<String> targets = TARGETS;

  @Spec private CommandSpec spec;

  /** For the service loader. */
  public BundleCommand() {}

  @Override
  public String name() {
    return "bundle";
  }

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() throws IOException {
    for (String target : targets) {
      if (!TARGETS.contains(target)) {
        throw new ParameterException(
            "unknown target '" + target + "'; expected some of " + TARGETS);
      }
    }
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      throw new UserException("bundle: expected to run on Linux amd64, this is " + system);
    }
    Path folder = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new ParameterException("no such folder: " + folder);
    }
    PrintWriter console = spec.commandLine().getOut();
    Path root = Path.of(System.getProperty("gramian.root", "")).toAbsolutePath();
    Path kernels = built(root.resolve("kernels/target"), "gramian-kernels-");
    if (kernels == null) {
      throw new UserException("bundle: no kernels in " + root + "; start it by ./gramian bundle");
    }
    Path emulated = built(root.resolve("native/target"), "gramian-native-");
    Map<String, Path> jars = jars(root.resolve("bench/target/lib"));
    if (emulated != null) {
      jars.put("gramian-native", emulated);
    }
    Bundle bundle =
        new Bundle(
            jars,
            kernels,
            targets,
            root.resolve("bench/python"),
            Machine.here().commit(),
            Map.of("LICENSE", Files.readString(root.resolve("LICENSE"))));
    bundle.write(out);
    long bytes = Files.size(out);
    console.printf(
        Locale.ROOT,
        "%s: %.1f MB, kernels for %s%s%n",
        out,
        1e-6 * bytes,
        String.join(", ", targets),
        emulated == null ? "; no emulated device: it was not built (no g++)" : "");
    console.println(
        "On the other machine: tar xzf " + out.getFileName() + " && " + Bundle.FOLDER + "/gpu-box");
    if (bytes > MOST_BYTES) {
      spec.commandLine()
          .getErr()
          .printf(
              Locale.ROOT,
              "gramian: the archive has more than %d MB; --targets takes fewer kernels along%n",
              MOST_BYTES / 1_000_000);
      return 1;
    }
    return 0;
  }

  /** The command with its libraries, out of the jars of the benchmarks. */
  private static Map<String, Path> jars(Path folder) throws IOException {
    Map<String, Path> found = new TreeMap<>();
    try (Stream<Path> jars = Files.list(folder)) {
      jars.filter(BundleCommand::isTaken).forEach(jar -> found.put(name(jar), jar));
    }
    return found;
  }

  /** Whether a jar of the benchmarks goes into the bundle. */
  static boolean isTaken(Path jar) {
    return !LEFT_OUT.matcher(name(jar)).lookingAt();
  }

  static String name(Path jar) {
    return jar.getFileName().toString().replaceAll("\\.jar$", "");
  }

  /** The jar of a module; null if there is none. */
  private static Path built(Path folder, String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name(file).startsWith(prefix) && file.toString().endsWith(".jar"))
          .filter(file -> !name(file).matches(".*-(tests|sources|javadoc)"))
          .findFirst()
          .orElse(null);
    }
  }
}
