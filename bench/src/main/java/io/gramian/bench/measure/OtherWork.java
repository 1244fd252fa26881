package io.gramian.bench.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How much of the processors other work took while something was measured, from Linux' {@code
 * /proc/stat}: what was busy less what this process took. Elsewhere it is not known, and nothing is
 * said.
 */
public final class OtherWork {
  private static final Path STAT = Path.of("/proc/stat");
  private static final double TICKS_PER_SECOND = 100;
  private static final double NANOS = 1e-9;

  /** Fields of the first line: user, nice, system, idle, waiting, two interrupts, stolen. */
  private static final int IDLE = 4;

  private static final int WAITING = 5;
  private static final int STOLEN = 8;

  /** Processors' worth of other work that no measurement is free of. */
  private static final double LITTLE = 0.1;

  private final long at = System.nanoTime();
  private final double begin = secondsOfOthers();

  private OtherWork() {}

  /** From now on. */
  public static OtherWork begin() {
    return new OtherWork();
  }

  /** A warning for people, or nothing where the machine was left alone. */
  public String note() {
    double processors = processors();
    return processors > LITTLE
        ? String.format(
            Locale.ROOT,
            "other work took %.1f of %d processors",
            processors,
            Runtime.getRuntime().availableProcessors())
        : "";
  }

  /** How many processors it took on average since the beginning; not a number if unknown. */
  double processors() {
    return (secondsOfOthers() - begin) / (NANOS * (System.nanoTime() - at));
  }

  private static double secondsOfOthers() {
    try {
      return Files.isReadable(STAT)
          ? busySeconds(Files.readString(STAT)) - NANOS * processorNanos()
          : Double.NaN;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static long processorNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /** What all processors together were busy for, and what a hypervisor took from them. */
  static double busySeconds(String stat) {
    String[] fields = stat.lines().findFirst().orElse("").split(" +");
    long ticks = 0;
    for (int i = 1; i <= STOLEN; i++) {
      ticks += i == IDLE || i == WAITING ? 0 : Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }
}
