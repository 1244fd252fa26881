package io.gramian.bench.memory;

/**
 * Memory that a run took.
 *
 * @param growth the most by which the process grew beyond its size before, bytes
 * @param workspace the share of it that the plan reports as its workspace; 0 for a peer
 */
public record PeakMemory(long growth, long workspace) {
  private static final String PREFIX = "peak-memory";

  /** A line for the parent process. */
  String encode() {
    return PREFIX + " " + growth + " " + workspace;
  }

  /**
   * Reads the line of {@link #encode} among the output of a process, or null if it is not there.
   */
  static PeakMemory decode(String output) {
    return output
        .lines()
        .map(line -> line.split(" "))
        .filter(words -> words.length == 3 && words[0].equals(PREFIX))
        .map(words -> new PeakMemory(Long.parseLong(words[1]), Long.parseLong(words[2])))
        .findFirst()
        .orElse(null);
  }
}
