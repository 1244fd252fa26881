package io.gramian.bench.gpu;

import io.gramian.CudaException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.DisagreementException;
import io.gramian.bench.peers.GramianSide;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import io.gramian.cuda.device.RawDevice;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * GRAM's loss with all gradients at the largest batch that fits the memory of the device, one run.
 * The inputs repeat a smaller batch: their values do not matter here and would take long to draw.
 */
final class LargestBatch {
  /** Name in reports. */
  static final String VARIANT = "volume largest batch";

  private static final int OUT_OF_MEMORY = 2;

  private final Device device;
  private final Ceilings ceilings;
  private final int most;
  private final int drawn;
  private final int dimension;

  LargestBatch(Device device, Ceilings ceilings, boolean tiny) {
    this.device = device;
    this.ceilings = ceilings;
    this.most = tiny ? 32 : 1 << 20;
    this.drawn = tiny ? 8 : 1 << 14;
    this.dimension = tiny ? 32 : 512;
  }

  List<Line> run(DeviceClock clock) {
    int batch = most;
    while (true) {
      try {
        return List.of(measure(clock, batch));
      } catch (CudaException e) {
        if (e.code() != OUT_OF_MEMORY || batch <= drawn) {
          throw e;
        }
        batch /= 2;
      }
    }
  }

  private Line measure(DeviceClock clock, int batch) {
    Subject subject =
        new Subject("contrastive", "volume", Subject.BOTH, batch, 4, dimension, "bf16");
    try (Arena arena = Arena.ofShared()) {
      Problem small = Workloads.problem(subject.sized(drawn, dimension), 0, arena);
      try (GramianSide side =
          new GramianSide(device, small, 1, (rows, type) -> repeated(clock, rows, type, batch))) {
        Timing time = clock.once(_ -> side.enqueue(clock.stream(), 0));
        double loss = side.results().get("loss")[0];
        if (!Double.isFinite(loss)) {
          throw new DisagreementException("the loss of the largest batch is " + loss);
        }
        double more = Math.pow((double) batch / drawn, 2);
        Work work = Work.flops(more * (small.work().flops().orElseThrow() + small.recomputed()));
        Contestant ours = Contestant.ours(device.backend(), 1);
        return Line.timed(
                Line.GPU, subject.as("contrastive", VARIANT), ours, time, work, ceilings.of(work))
            .memory(side.outputBytes() + side.workspaceBytes())
            .note("one run, not warm; rows repeat every " + drawn)
            .note(batch == most ? "the largest that is tried" : "twice as many do not fit");
      }
    }
  }

  /** A tensor of the whole batch from the rows of a smaller one; single numbers as they are. */
  private Tensor repeated(DeviceClock clock, Tensor rows, DType type, int batch) {
    if (rows.spec().rank() != 2) {
      return device.upload(rows, type);
    }
    Tensor all = device.allocate(TensorSpec.of(type, batch, rows.spec().size(1)));
    try (Tensor part = device.upload(rows, type)) {
      long bytes = part.spec().spanBytes();
      for (long at = 0; at < all.spec().spanBytes(); at += bytes) {
        ((RawDevice) device).copy(clock.stream(), part.address(), all.address() + at, bytes);
      }
      clock.stream().synchronize();
    }
    return all;
  }
}
