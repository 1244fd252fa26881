package io.gramian.bench.memory;

import io.gramian.bench.measure.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures the memory of a run in a process of its own, so that neither side meets the other. */
public final class MemoryProbe {
  /** What the figure is, for people. */
  public static final String METHOD =
      "peak memory: growth of resident memory (VmHWM over VmRSS before) in one run of a warm"
          + " process of its own per side; inputs are there before, gradients and workspace count";

  /**
   * A heap that starts small and gives memory back shows what a run allocates in it. Compiling in
   * the foreground is over when the warm runs are, and its memory does not count for the run.
   */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xbatch",
          "-XX:+UseSerialGC",
          "-Xms4m",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10");

  private MemoryProbe() {}

  /** Whether this system tells the size of a process. */
  public static boolean isAvailable() {
    return ProcStatus.isAvailable();
  }

  /**
   * Runs a task in a process.
   *
   * @return what it took, or nothing if the process failed
   */
  public static Optional<PeakMemory> measure(MemoryTask task) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(ChildProcess.jvmOptions());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MemoryChild.class.getName());
    command.addAll(task.encode());
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0
          ? Optional.ofNullable(PeakMemory.decode(output))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }
}
