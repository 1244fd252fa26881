package io.gramian.bench.memory;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCase;
import io.gramian.bench.cases.OpCases;
import io.gramian.bench.ops.GramianSide;
import io.gramian.bench.peers.Peer;
import io.gramian.bench.peers.Side;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * A process that runs one side once and prints by how much it grew. Libraries, code and threads are
 * there before: a smaller run warms them up. The inputs are there too; plan, workspace, gradients
 * and everything between count.
 */
public final class MemoryChild {
  private static final int WARM_BATCH = 96;
  private static final double WARM_SECONDS = 2;

  private MemoryChild() {}

  /**
   * Runs the task of the arguments.
   *
   * @throws IOException if the system does not tell the size of the process
   */
  public static void main(String[] args) throws IOException {
    MemoryTask task = MemoryTask.decode(List.of(args));
    try (Arena arena = Arena.ofShared()) {
      Optional<Peer> peer = Peer.find(task.side());
      PeakMemory peak = peer.isPresent() ? peer(task, peer.get(), arena) : ours(task, arena);
      System.out.println(peak.encode());
    }
  }

  private static PeakMemory ours(MemoryTask task, Arena arena) throws IOException {
    DeviceOptions options = DeviceOptions.defaults().threads(task.threads());
    try (Device device = Device.open(task.side(), options)) {
      // Compiling takes memory too, and must be over.
      CaseShape small = small(task.shape());
      long begin = System.nanoTime();
      try (Side side = new GramianSide(device, OpCases.of(small, arena))) {
        do {
          side.run();
        } while ((System.nanoTime() - begin) * 1e-9 < WARM_SECONDS);
      }
      OpCase one = OpCases.of(task.shape(), arena);
      ProcStatus before = settle();
      try (GramianSide side = new GramianSide(device, one)) {
        side.run();
        return new PeakMemory(ProcStatus.read().peak() - before.resident(), side.workspaceBytes());
      }
    }
  }

  private static PeakMemory peer(MemoryTask task, Peer peer, Arena arena) throws IOException {
    peer.require(task.blas(), task.threads());
    try (Side side = peer.open(OpCases.of(small(task.shape()), arena), task.threads())) {
      side.run();
    }
    try (Side side = peer.open(OpCases.of(task.shape(), arena), task.threads())) {
      ProcStatus before = settle();
      side.run();
      return new PeakMemory(ProcStatus.read().peak() - before.resident(), 0);
    }
  }

  /** Gives garbage back, takes the present size for the peak, and returns it. */
  private static ProcStatus settle() throws IOException {
    System.gc();
    ProcStatus.resetPeak();
    return ProcStatus.read();
  }

  private static CaseShape small(CaseShape shape) {
    return shape.resized(Math.min(shape.batch(), WARM_BATCH), shape.dimension());
  }
}
