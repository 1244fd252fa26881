package io.gramian.bench.jmh;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.op.Gram;
import io.gramian.op.Op;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * What a run and a plan cost beside their arithmetic: a Gram matrix of one sample of two vectors of
 * two numbers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class PlanOverhead {
  /** Name of the backend. */
  @Param("cpu")
  public String backend;

  private final Op op = new Gram();
  private Device device;
  private Plan plan;
  private Bindings inputs;
  private Bindings outputs;

  /** Plans the op on one thread. */
  @Setup
  public void open() {
    device = Device.open(backend, DeviceOptions.defaults().threads(1));
    inputs = Bindings.of("vectors", Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2));
    outputs = Bindings.of("gram", Tensor.of(new float[4], 1, 2, 2));
    plan = op.plan(device, inputs, outputs);
  }

  /** Closes plan and device. */
  @TearDown
  public void close() {
    plan.close();
    device.close();
  }

  /** A run of a plan. */
  @Benchmark
  public void run() {
    plan.run(inputs, outputs);
  }

  /** Planning, and closing the plan. */
  @Benchmark
  public void plan() {
    op.plan(device, inputs, outputs).close();
  }
}
