package io.gramian.bench.compare;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.bench.Settings;
import io.gramian.bench.measure.ChildProcess;
import io.gramian.bench.peers.GramianSide;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The memory of a run, in a process of its own, so that no side meets another: the peak of resident
 * memory over what was there before. Libraries, code and threads are there before, by a smaller
 * run, and so are the inputs; plan, workspace, gradients and everything between count.
 */
final class MemoryProbe {
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

  private static final int WARM_BATCH = 96;
  private static final double WARM_SECONDS = 2;
  private static final String ANSWER = "peak-memory";

  private MemoryProbe() {}

  /**
   * Memory that a run took.
   *
   * @param growth the most by which the process grew, bytes
   * @param workspace the share of it that the plan reports; 0 for a peer
   */
  record Peak(long growth, long workspace) {
    String note() {
      return workspace == 0
          ? ""
          : String.format(Locale.ROOT, "workspace %.1f MiB", workspace / (1024.0 * 1024));
    }

    private String encode() {
      return ANSWER + " " + growth + " " + workspace;
    }

    /** Reads the answer among the output of a process. */
    static Optional<Peak> decode(String output) {
      return output
          .lines()
          .map(line -> line.split(" "))
          .filter(words -> words.length == 3 && words[0].equals(ANSWER))
          .map(words -> new Peak(Long.parseLong(words[1]), Long.parseLong(words[2])))
          .findFirst();
    }
  }

  /** Whether this system tells the size of a process. */
  static boolean isAvailable() {
    return ProcStatus.isAvailable();
  }

  /**
   * Runs a side in a process.
   *
   * @param side name of a backend, or key of a peer
   * @return what it took, or nothing if the process failed
   */
  static Optional<Peak> measure(String side, Settings settings, Subject subject) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(side, Integer.toString(settings.threads()), settings.blas()));
    arguments.addAll(subject.words());
    List<String> command = ChildProcess.command(JVM_OPTIONS, MemoryProbe.class, arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Peak.decode(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  /**
   * The process: runs a side once and prints by how much it grew.
   *
   * @param args side, threads, BLAS, subject
   * @throws IOException if the system does not tell the size of the process
   */
  public static void main(String[] args) throws IOException {
    int threads = Integer.parseInt(args[1]);
    Subject subject = Subject.of(List.of(args).subList(3, args.length));
    Optional<Peer> peer = Peer.find(args[0]);
    Peak peak;
    try (Arena arena = Arena.ofShared()) {
      if (peer.isPresent()) {
        Optional<String> missing = peer.get().load(args[2], threads);
        if (missing.isPresent()) {
          throw new IllegalStateException(missing.get());
        }
        peak = ofPeer(peer.get(), threads, subject, arena);
      } else {
        peak = ofOurs(args[0], threads, subject, arena);
      }
    }
    System.out.println(peak.encode());
  }

  private static Peak ofOurs(String backend, int threads, Subject subject, Arena arena)
      throws IOException {
    try (Device device = Device.open(backend, DeviceOptions.defaults().threads(threads))) {
      // Compiling takes memory too, and must be over.
      long begin = System.nanoTime();
      try (Side side = new GramianSide(device, small(subject, arena))) {
        do {
          side.run();
        } while ((System.nanoTime() - begin) * 1e-9 < WARM_SECONDS);
      }
      Problem problem = Workloads.problem(subject, 0, arena);
      ProcStatus before = settle();
      try (GramianSide side = new GramianSide(device, problem)) {
        side.run();
        return new Peak(ProcStatus.read().peak() - before.resident(), side.workspaceBytes());
      }
    }
  }

  private static Peak ofPeer(Peer peer, int threads, Subject subject, Arena arena)
      throws IOException {
    try (Side side = peer.open(small(subject, arena), threads)) {
      side.run();
    }
    try (Side side = peer.open(Workloads.problem(subject, 0, arena), threads)) {
      ProcStatus before = settle();
      side.run();
      return new Peak(ProcStatus.read().peak() - before.resident(), 0);
    }
  }

  /** Gives garbage back, takes the present size for the peak, and returns it. */
  private static ProcStatus settle() throws IOException {
    System.gc();
    ProcStatus.resetPeak();
    return ProcStatus.read();
  }

  private static Problem small(Subject subject, Arena arena) {
    int batch = Math.min(subject.batch(), WARM_BATCH);
    return Workloads.problem(subject.sized(batch, subject.dimension()), 0, arena);
  }
}
