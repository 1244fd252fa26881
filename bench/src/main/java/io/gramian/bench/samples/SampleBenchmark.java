package io.gramian.bench.samples;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.Benchmark;
import io.gramian.bench.DisagreementException;
import io.gramian.bench.Settings;
import io.gramian.bench.measure.MemoryCopy;
import io.gramian.bench.measure.Samples;
import io.gramian.bench.report.Measurement;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The ops of single samples, forward and backward, against a copy of as many bytes: they read and
 * write much and compute little.
 */
public final class SampleBenchmark implements Benchmark {
  /** Names of the ops. */
  public static final List<String> OPS = List.of("gram", "logdet", "volume");

  private static final int CHECKED_SAMPLES = 64;
  private static final long ALIGNMENT = 256;

  private final Op op;

  /**
   * @param op one of {@link #OPS}
   */
  public SampleBenchmark(String op) {
    this.op = Ops.of(op, Map.of());
  }

  @Override
  public void run(Device device, Settings settings, Consumer<Measurement> report) {
    for (int batch : settings.batchesOr(65536)) {
      for (int k : settings.modalitiesOr(4)) {
        TensorSpec vectors = TensorSpec.of(DType.F32, batch, k, settings.dimension());
        check(device, vectors);
        report.accept(measure(device, settings, vectors, false));
        report.accept(measure(device, settings, vectors, true));
      }
    }
  }

  /** The first samples on the device and on the reference. */
  private void check(Device device, TensorSpec vectors) {
    long samples = Math.min(vectors.size(0), CHECKED_SAMPLES);
    TensorSpec few = TensorSpec.of(DType.F32, samples, vectors.size(1), vectors.size(2));
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      Bindings inputs = inputs(arena, few, true);
      Set<String> wanted = Set.of(op.name(), "grad_vectors");
      Bindings actual = op.evaluate(device, inputs, wanted);
      Bindings expected = op.evaluate(reference, inputs, wanted);
      for (String name : wanted) {
        double error = error(actual.get(name).toDoubles(), expected.get(name).toDoubles());
        double bound = name.equals(op.name()) ? 1e-5 : 1e-4;
        if (!(error <= bound)) {
          throw new DisagreementException(
              String.format(
                  Locale.ROOT,
                  "%s of %s disagrees with the reference on '%s': relative error %.2e (at most"
                      + " %.0e)",
                  device.backend(),
                  op.name(),
                  name,
                  error,
                  bound));
        }
      }
    }
  }

  private Measurement measure(
      Device device, Settings settings, TensorSpec vectors, boolean backward) {
    List<Tensor> owned = new ArrayList<>();
    try (Arena arena = Arena.ofShared()) {
      Bindings inputs = onDevice(device, inputs(arena, vectors, backward), owned);
      Set<String> wanted = Set.of(backward ? "grad_vectors" : op.name());
      Bindings outputs = outputs(device, inputs, wanted, owned);
      double bytes = bytes(inputs) + bytes(outputs);
      List<String> notes = new ArrayList<>();
      try (Plan plan = op.plan(device, inputs, outputs)) {
        Runnable ours = () -> plan.run(inputs, outputs);
        List<Samples> times;
        Optional<Measurement.Peer> peer = Optional.empty();
        if (settings.peers() && device.place().isHost()) {
          try (MemoryCopy copy = new MemoryCopy((long) bytes, settings.threads())) {
            times = settings.timing().time(List.of(ours, copy));
          }
          peer =
              Optional.of(new Measurement.Peer("memory copy", times.get(1), OptionalLong.empty()));
        } else {
          times = settings.timing().time(List.of(ours));
          if (settings.peers()) {
            notes.add("memory copy: measured on host backends only");
          }
        }
        return new Measurement(
            new Measurement.Subject(
                op.name(),
                backward ? "backward" : "forward",
                Math.toIntExact(vectors.size(0)),
                Math.toIntExact(vectors.size(1)),
                Math.toIntExact(vectors.size(2)),
                device.backend(),
                settings.threads()),
            times.getFirst(),
            Measurement.Work.bytes(bytes),
            OptionalLong.empty(),
            peer,
            Optional.empty(),
            notes);
      }
    } finally {
      owned.forEach(Tensor::close);
    }
  }

  private Bindings inputs(Arena arena, TensorSpec vectors, boolean backward) {
    Bindings inputs = Bindings.of("vectors", noise(arena, vectors));
    if (!backward) {
      return inputs;
    }
    TensorSpec upstream =
        op.signature(inputs.specs())
            .outputs(inputs.specs(), Set.of(op.name()), DType.F32)
            .get(op.name());
    return inputs.with("grad_" + op.name(), noise(arena, upstream));
  }

  private static Bindings onDevice(Device device, Bindings inputs, List<Tensor> owned) {
    if (device.place().isHost()) {
      return inputs;
    }
    Map<String, Tensor> copies = new LinkedHashMap<>(inputs.asMap());
    copies.replaceAll((_, tensor) -> device.upload(tensor, tensor.dtype()));
    owned.addAll(copies.values());
    return Bindings.of(copies);
  }

  private Bindings outputs(Device device, Bindings inputs, Set<String> wanted, List<Tensor> owned) {
    DType result = device.backend().equals("reference") ? DType.F64 : DType.F32;
    Bindings outputs = Bindings.none();
    for (Map.Entry<String, TensorSpec> entry :
        op.signature(inputs.specs()).outputs(inputs.specs(), wanted, result).asMap().entrySet()) {
      Tensor tensor = device.allocate(entry.getValue());
      owned.add(tensor);
      outputs = outputs.with(entry.getKey(), tensor);
    }
    return outputs;
  }

  private static double bytes(Bindings tensors) {
    return tensors.asMap().values().stream().mapToDouble(one -> one.spec().spanBytes()).sum();
  }

  /** Uniform numbers in [-1, 1). */
  private static Tensor noise(Arena arena, TensorSpec spec) {
    MemorySegment memory = arena.allocate(spec.spanBytes(), ALIGNMENT);
    SplittableRandom random = new SplittableRandom(17);
    for (long i = 0; i < spec.elements(); i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * (float) random.nextDouble() - 1);
    }
    return Tensor.of(memory, spec);
  }

  private static double error(double[] values, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (values[i] - expected[i]) * (values[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }
}
