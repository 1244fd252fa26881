package io.gramian.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory that this process takes of the machine. */
public final class ResidentMemory {
  private ResidentMemory() {}

  /** Bytes, after the garbage collector has had its turn. */
  public static long bytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
