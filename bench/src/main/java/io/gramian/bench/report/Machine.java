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
 * @param processor model of the processor
 * @param cores processors that Java sees
 * @param jdk version of Java
 * @param system operating system and architecture
 * @param load average number of busy tasks in the minute before the run; much above 0 means that
 *     other work disturbed it; negative if unknown
 */
public record Machine(
    String date, String processor, int cores, String jdk, String system, double load) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** This one, now. */
  public static Machine here() {
    return new Machine(
        LocalDate.now(ZoneOffset.UTC).toString(),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, JDK %s, %s, %s, load %.1f",
        processor,
        cores,
        jdk,
        system,
        date,
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
