package io.gramian.bench.report;

import io.gramian.cli.io.Root;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where figures come from.
 *
 * @param date day of the run, UTC
 * @param commit of the sources; ends in + where they were changed since; empty if unknown
 * @param processor model of the processor
 * @param cores processors that Java sees
 * @param gpu model of the GPU; empty without one
 * @param driver version of the NVIDIA driver; empty without one
 * @param jdk version of Java
 * @param system operating system and architecture
 * @param load average number of busy tasks in the minute before the run; much above 0 means that
 *     other work disturbed it; negative if unknown
 */
public record Machine(
    String date,
    String commit,
    String processor,
    int cores,
    String gpu,
    String driver,
    String jdk,
    String system,
    double load) {
  /** Set where there is no working copy, for instance by an unpacked bundle. */
  private static final String COMMIT = "gramian.commit";

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** This one, now. */
  public static Machine here() {
    Gpu gpu = Gpu.here();
    return new Machine(
        LocalDate.now(ZoneOffset.UTC).toString(),
        commitHere(),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        gpu.name(),
        gpu.driver(),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, %s, JDK %s, %s, %s%s, load %.1f",
        processor,
        cores,
        gpu.isEmpty() ? "no GPU" : gpu + " with driver " + driver,
        jdk,
        system,
        date,
        commit.isEmpty() ? "" : ", commit " + commit,
        load);
  }

  /** A sentence where other work kept the machine busy. */
  public Optional<String> warning() {
    return load > 1
        ? Optional.of(
            "Other work kept the machine busy before the run: its figures are hints, not results.")
        : Optional.empty();
  }

  /** The commit, with a + where files were changed since; empty where nothing tells. */
  private static String commitHere() {
    String set = System.getProperty(COMMIT);
    if (set != null) {
      return set;
    }
    String commit = git("rev-parse", "--short=10", "HEAD");
    return commit.isEmpty() || git("status", "--porcelain", "-uno").isEmpty()
        ? commit
        : commit + "+";
  }

  private static String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", Root.here().toString()));
    command.addAll(List.of(arguments));
    return CommandOutput.of(command).trim();
  }

  private static String processorName() {
    if (!Files.isReadable(CPUINFO)) {
      return System.getProperty("os.arch");
    }
    try {
      return Files.readString(CPUINFO)
          .lines()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The first GPU and its driver, as the NVIDIA kernel module tells under {@code /proc}.
   *
   * @param name model; empty without one
   * @param driver version; empty without one
   */
  record Gpu(String name, String driver) {
    private static final Path FOLDER = Path.of("/proc/driver/nvidia");
    private static final Pattern VERSION = Pattern.compile("\\s(\\d+\\.\\d+(?:\\.\\d+)?)\\s");
    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(.*\\S)");

    /** That of this machine. */
    static Gpu here() {
      return of(FOLDER);
    }

    /** That of a folder in the layout of {@code /proc/driver/nvidia}. */
    static Gpu of(Path folder) {
      try {
        return new Gpu(model(folder.resolve("gpus")), first(VERSION, folder.resolve("version")));
      } catch (IOException e) {
        return new Gpu("", "");
      }
    }

    private static String model(Path gpus) throws IOException {
      if (!Files.isDirectory(gpus)) {
        return "";
      }
      try (Stream<Path> folders = Files.list(gpus)) {
        Path first = folders.sorted().findFirst().orElse(null);
        return first == null ? "" : first(MODEL, first.resolve("information"));
      }
    }

    private static String first(Pattern pattern, Path file) throws IOException {
      if (!Files.isReadable(file)) {
        return "";
      }
      Matcher matcher = pattern.matcher(Files.readString(file));
      return matcher.find() ? matcher.group(1) : "";
    }
  }
}
