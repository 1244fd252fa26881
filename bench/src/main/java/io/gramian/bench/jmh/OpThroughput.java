package io.gramian.bench.jmh;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
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

/** Runs per second of an op with all its outputs and gradients, at a modest batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class OpThroughput {
  /** Name of the backend. */
  @Param("cpu")
  public String backend;

  /** Name of the op; its parameters are the defaults. */
  @Param({"gram", "logdet", "volume", "contrastive", "mmd", "semantic-density", "nt-xent"})
  public String op;

  /** Samples. */
  @Param("256")
  public int batch;

  /** Length of a vector. */
  @Param("512")
  public int dimension;

  private Device device;
  private Plan plan;
  private Bindings inputs;
  private Bindings outputs;

  /** Plans the op for all its outputs. */
  @Setup
  public void open() {
    device = Device.open(backend);
    Op planned = Ops.of(op, Map.of());
    inputs = inputs(planned);
    Set<String> wanted = new LinkedHashSet<>();
    planned.signature(inputs.specs()).arguments(false).forEach(one -> wanted.add(one.name()));
    Specs specs = planned.signature(inputs.specs()).outputs(inputs.specs(), wanted, DType.F32);
    Map<String, Tensor> out = new LinkedHashMap<>();
    specs.asMap().forEach((name, spec) -> out.put(name, device.allocate(spec)));
    outputs = Bindings.of(out);
    plan = planned.plan(device, inputs, outputs);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    plan.close();
    inputs.asMap().values().forEach(Tensor::close);
    outputs.asMap().values().forEach(Tensor::close);
    device.close();
  }

  /** A run of the plan. */
  @Benchmark
  public void run() {
    plan.run(inputs, outputs);
  }

  private Bindings inputs(Op planned) {
    return switch (op) {
      case "gram", "logdet", "volume" -> {
        Bindings vectors = Bindings.of("vectors", random(batch, 4, dimension));
        Specs results =
            planned.signature(vectors.specs()).outputs(vectors.specs(), Set.of(op), DType.F32);
        yield vectors.with("grad_" + op, random(results.get(op).shape()));
      }
      case "contrastive" ->
          Bindings.of("anchor", random(batch, dimension))
              .with("modality1", random(batch, dimension))
              .with("modality2", random(batch, dimension))
              .with("modality3", random(batch, dimension));
      case "nt-xent" -> Bindings.of("views", random(2L * batch, dimension));
      default -> Bindings.of("x", random(batch, dimension)).with("y", random(batch, dimension));
    };
  }

  private Tensor random(long... shape) {
    Tensor tensor = device.allocate(TensorSpec.of(DType.F32, shape));
    SplittableRandom random = new SplittableRandom(29);
    double[] values = new double[Math.toIntExact(tensor.spec().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextDouble() - 1;
    }
    tensor.copyFrom(values);
    return tensor;
  }
}
