package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.bench.measure.JitActivity;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes the host to enqueue work on a device. A burst of calls is timed, and the device is
 * waited for after it, outside of the time: the emulated device does no work before that.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 20, batchSize = LaunchTime.BURST)
@Measurement(iterations = 100, batchSize = LaunchTime.BURST)
public class LaunchTime {
  /** Calls that are timed together, fewer than the queue of a device holds. */
  static final int BURST = 200;

  /** Our binding of the driver. */
  static final String OURS = "gramian";

  /** The same driver by jcuda. */
  static final String JCUDA = "jcuda";

  /** cuBLAS by jcuda. */
  static final String JCUBLAS = "jcublas";

  /** A backend that launches kernels. */
  @Param("emulated")
  public String device;

  /** Title of a {@link Launch.Work}. */
  @Param("empty kernel")
  public String work;

  /** Who launches: gramian, jcuda, jcublas. */
  @Param({OURS, JCUDA})
  public String side;

  /** Seed of what is read. */
  @Param("1")
  public long seed;

  /** Seconds for which Java has to compile nothing before JMH begins; 0 for not to wait. */
  @Param("0.3")
  public double warm;

  private Device opened;
  private Launch launch;

  /** For JMH. */
  public LaunchTime() {}

  /** Loads the side. */
  @Setup
  public void open() {
    opened = Device.open(device);
    Launch.Work wanted = Launch.Work.of(work);
    launch =
        switch (side) {
          case OURS -> wanted.ours(opened, seed);
          case JCUDA -> new Jcuda.Kernel(opened, wanted.writesArguments());
          case JCUBLAS -> new Jcuda.Cublas(opened);
          default -> throw new IllegalArgumentException("nobody launches by " + side);
        };
    JitActivity.warm(warm, this::burst);
  }

  private void burst() {
    for (int i = 0; i < BURST; i++) {
      enqueue();
    }
    finish();
  }

  /** One call. */
  @Benchmark
  public void enqueue() {
    launch.enqueue();
  }

  /** Waits for a burst. */
  @TearDown(Level.Iteration)
  public void finish() {
    launch.synchronize();
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    launch.close();
    opened.close();
  }
}
