package io.gramian.bench.memory;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.bench.losses.GramianSide;
import io.gramian.bench.losses.LossCase;
import io.gramian.bench.losses.LossShape;
import io.gramian.bench.losses.Side;
import io.gramian.bench.torch.Torch;
import io.gramian.bench.torch.TorchSide;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * A process that runs one side once and prints by how much it grew. Libraries, code and threads are
 * there before: a smaller run warms them up. The inputs are there too; plan, workspace, gradients
 * and everything between count.
 */
public final class MemoryChild {
  private static final int WARM_BATCH = 96;
  private static final double WARM_SECONDS = 4;

  private MemoryChild() {}

  /**
   * Runs the task of the arguments.
   *
   * @throws IOException if the system does not tell the size of the process
   */
  public static void main(String[] args) throws IOException {
    MemoryTask task = MemoryTask.decode(List.of(args));
    try (Arena arena = Arena.ofShared()) {
      PeakMemory peak =
          task.backend().equals(MemoryTask.TORCH) ? torch(task, arena) : ours(task, arena);
      System.out.println(peak.encode());
    }
  }

  private static PeakMemory ours(MemoryTask task, Arena arena) throws IOException {
    DeviceOptions options = DeviceOptions.defaults().threads(task.threads());
    try (Device device = Device.open(task.backend(), options)) {
      // Compiling takes memory too, and must be over.
      LossShape small = small(task.shape());
      long begin = System.nanoTime();
      try (Side side = new GramianSide(device, LossCase.of(small, arena))) {
        do {
          side.run();
        } while ((System.nanoTime() - begin) * 1e-9 < WARM_SECONDS);
      }
      LossCase loss = LossCase.of(task.shape(), arena);
      ProcStatus before = settle();
      try (GramianSide side = new GramianSide(device, loss)) {
        side.run();
        return new PeakMemory(ProcStatus.read().peak() - before.resident(), side.workspaceBytes());
      }
    }
  }

  private static PeakMemory torch(MemoryTask task, Arena arena) throws IOException {
    String blas = task.blas().equals(MemoryTask.ANY) ? null : task.blas();
    Torch.load(blas, task.threads())
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    try (Side side = new TorchSide(LossCase.of(small(task.shape()), arena))) {
      side.run();
    }
    try (Side side = new TorchSide(LossCase.of(task.shape(), arena))) {
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

  private static LossShape small(LossShape shape) {
    return shape.resized(Math.min(shape.batch(), WARM_BATCH), shape.dimension());
  }
}
