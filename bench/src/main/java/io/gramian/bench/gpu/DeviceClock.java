package io.gramian.bench.gpu;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.Timer;
import io.gramian.bench.report.Timing;
import io.gramian.cuda.device.RawDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Times work of a device by its own clock. Before each run a buffer larger than the L2 cache is
 * filled, so that a run finds nothing of the last one there; the fill also keeps the device busy
 * while the host enqueues the run, so that gaps between launches are not those of a slow host.
 */
final class DeviceClock implements AutoCloseable {
  /** How often and how long. */
  record Effort(double warmSeconds, double seconds, int leastRuns, int mostRuns, long scrubBytes) {
    /** For a GPU; its L2 cache holds at most 126 MB. */
    static final Effort GPU = new Effort(0.2, 0.6, 7, 200, 256L << 20);

    /** A GPU, in a hurry. */
    static final Effort QUICK = new Effort(0.05, 0.2, 5, 50, 256L << 20);

    /** For the emulated device, whose times mean nothing. */
    static final Effort TRIAL = new Effort(0, 0, 2, 2, 1 << 10);
  }

  private final Device device;
  private final RawDevice raw;
  private final Stream stream;
  private final Effort effort;
  private final Tensor scrub;

  DeviceClock(Device device, Effort effort) {
    this.device = device;
    this.raw = (RawDevice) device;
    this.stream = device.defaultStream();
    this.effort = effort;
    this.scrub = device.allocate(TensorSpec.of(DType.I32, effort.scrubBytes / Integer.BYTES));
  }

  /** The stream that work has to be enqueued on. */
  Stream stream() {
    return stream;
  }

  /**
   * Times work.
   *
   * @param run enqueues it; its argument counts up, so that inputs can take turns
   */
  Timing time(IntConsumer run) {
    run.accept(0);
    stream.synchronize();
    int count = 0;
    double once = Double.MAX_VALUE;
    double warm = 0;
    try (Timer timer = device.newTimer()) {
      do {
        once = Math.min(once, timed(timer, run, count++));
        warm += once;
      } while (warm < effort.warmSeconds);
    }
    long fitting = (long) (effort.seconds / Math.max(once, 1e-9));
    int runs = Math.clamp(fitting, effort.leastRuns, effort.mostRuns);
    List<Timer> timers = new ArrayList<>();
    try {
      for (int i = 0; i < runs; i++) {
        timers.add(device.newTimer());
      }
      for (int i = 0; i < runs; i++) {
        enqueue(timers.get(i), run, count++);
      }
      return Timing.of(timers.stream().mapToDouble(Timer::seconds).toArray());
    } finally {
      timers.forEach(Timer::close);
    }
  }

  /** Times work once, without warming up: for runs of many seconds. */
  Timing once(IntConsumer run) {
    try (Timer timer = device.newTimer()) {
      return Timing.of(timed(timer, run, 0));
    }
  }

  @Override
  public void close() {
    scrub.close();
  }

  private double timed(Timer timer, IntConsumer run, int count) {
    enqueue(timer, run, count);
    return timer.seconds();
  }

  private void enqueue(Timer timer, IntConsumer run, int count) {
    raw.fill(stream, scrub.address(), (byte) count, effort.scrubBytes);
    timer.start(stream);
    run.accept(count);
    timer.stop(stream);
  }
}
