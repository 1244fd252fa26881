package io.gramian.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What Linux says about the memory of this process: {@code /proc/self/status}.
 *
 * @param resident bytes in memory now ({@code VmRSS})
 * @param peak the most that have been since the last reset ({@code VmHWM})
 */
record ProcStatus(long resident, long peak) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  /** Resets the peak; see proc(5). */
  private static final String RESET_PEAK = "5";

  /** Whether this system tells. */
  static boolean isAvailable() {
    return Files.isReadable(STATUS);
  }

  /** The figures now. */
  static ProcStatus read() throws IOException {
    return parse(Files.readString(STATUS));
  }

  /** Makes the present size the peak. */
  static void resetPeak() throws IOException {
    Files.writeString(CLEAR, RESET_PEAK);
  }

  /**
   * Reads the two figures.
   *
   * @throws IOException if one of them is missing
   */
  static ProcStatus parse(String status) throws IOException {
    return new ProcStatus(bytes(status, "VmRSS"), bytes(status, "VmHWM"));
  }

  private static long bytes(String status, String name) throws IOException {
    OptionalLong kibibytes =
        status
            .lines()
            .map(line -> line.split("[:\\s]+"))
            .filter(words -> words.length == 3 && words[0].equals(name) && words[2].equals("kB"))
            .mapToLong(words -> Long.parseLong(words[1]))
            .findFirst();
    return kibibytes.orElseThrow(() -> new IOException("no " + name + " in " + STATUS)) * 1024;
  }
}
