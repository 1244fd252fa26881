package io.gramian.bench.gpu;

import io.gramian.Bindings;
import io.gramian.CudaException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.measure.Samples;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import io.gramian.cuda.device.RawDevice;
import io.gramian.op.Gram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What it costs the host to enqueue a run of one launch, beside an empty kernel through the same
 * driver. By the clock of the host, over bursts that the queue of the device holds.
 */
final class LaunchOverhead {
  /** Name in reports. */
  static final String NAME = "launch";

  private static final int DIMENSION = 32;
  private static final double NANOS = 1e-9;

  private final Device device;
  private final int bursts;
  private final int burst;

  LaunchOverhead(Device device, boolean tiny) {
    this.device = device;
    this.bursts = tiny ? 2 : 200;
    this.burst = tiny ? 2 : 100;
  }

  List<Line> run() {
    Stream stream = device.defaultStream();
    Subject subject = new Subject(NAME, "gram", "forward", 1, 2, DIMENSION, "f32");
    List<Line> lines = new ArrayList<>();
    try (Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 1, 2, DIMENSION));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 1, 2, 2))) {
      vectors.copyFrom(new float[2 * DIMENSION]);
      Bindings inputs = Bindings.of("vectors", vectors);
      Bindings outputs = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, inputs, outputs)) {
        Timing time = time(stream, () -> plan.run(stream, inputs, outputs));
        lines.add(
            Line.timed(
                    Line.GPU,
                    subject,
                    Contestant.ours(device.backend(), 1),
                    time,
                    Work.NONE,
                    Optional.empty())
                .note("time of the host per run"));
      }
    }
    Contestant empty = Contestant.limit("empty kernel", device.backend(), 1);
    try (RawDevice.EmptyKernel kernel = ((RawDevice) device).emptyKernel()) {
      Timing time = time(stream, () -> kernel.enqueue(stream));
      lines.add(
          Line.timed(Line.GPU, subject, empty, time, Work.NONE, Optional.empty())
              .note("time of the host per launch"));
    } catch (CudaException e) {
      lines.add(Line.absent(Line.GPU, subject, empty, "the driver cannot load it"));
    }
    return lines;
  }

  private Timing time(Stream stream, Runnable launch) {
    double[] seconds = new double[bursts];
    for (int warm = 0; warm < 2; warm++) {
      for (int i = 0; i < bursts; i++) {
        stream.synchronize();
        long begin = System.nanoTime();
        for (int j = 0; j < burst; j++) {
          launch.run();
        }
        seconds[i] = NANOS * (System.nanoTime() - begin) / burst;
      }
      stream.synchronize();
    }
    return Timing.of(new Samples(seconds));
  }
}
