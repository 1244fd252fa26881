package io.gramian.bench.jmh;

import io.gramian.Device;
import io.gramian.bench.measure.JitActivity;
import io.gramian.bench.peers.GramianSide;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Making a plan and closing it, where kernels are loaded and a first plan was made before. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
public class PlanTime extends CaseState {
  /** A backend of this library. */
  @Param({"cpu", "emulated"})
  public String side;

  private Arena arena;
  private Device device;
  private GramianSide planned;

  /** For JMH. */
  public PlanTime() {}

  /** Opens the device and makes the tensors. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    device = Device.open(side, deviceOptions());
    planned = new GramianSide(device, open(arena));
    JitActivity.warm(warm, this::plan);
  }

  /** One plan. */
  @Benchmark
  public void plan() {
    planned.newPlan().close();
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    planned.close();
    device.close();
    arena.close();
  }
}
