package io.gramian.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

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
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** This one, now. */
  public static Machine here() {
    Gpu gpu = Gpu.here();
    return new Machine(
        LocalDate.now(ZoneOffset.UTC).toString(),
        Commit.here(),
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
}
