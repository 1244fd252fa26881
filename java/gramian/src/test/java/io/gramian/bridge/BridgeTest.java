package io.gramian.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The core of all bridges, on a library made for the test. */
final class BridgeTest {
  private static final Contrastive GRAM = new Contrastive(Similarity.volume());

  /** A tensor of that library. */
  private static final class Array {
    final Arena arena = Arena.ofShared();
    final Tensor memory;
    final boolean learned;

    Array(TensorSpec spec, boolean learned) {
      this.memory = Tensor.of(arena.allocate(Math.max(spec.spanBytes(), 1), 64), spec);
      this.learned = learned;
    }
  }

  private static final class Library implements ForeignTensors<Array> {
    final Map<Array, Integer> asked = new HashMap<>();
    final List<Array> made = new ArrayList<>();

    @Override
    public Foreign describe(String name, Array array) {
      asked.merge(array, 1, Integer::sum);
      return new Foreign(array.memory.address(), array.memory.spec(), Place.HOST);
    }

    @Override
    public Array allocate(Array like, Place place, TensorSpec spec) {
      made.add(new Array(spec, false));
      return made.getLast();
    }

    @Override
    public boolean requiresGradient(Array array) {
      return array.learned;
    }

    @Override
    public void close(Array array) {
      if (array.arena.scope().isAlive()) {
        array.arena.close();
      }
    }
  }

  private static final class LibraryBridge extends Bridge<Array> {
    LibraryBridge(Library library, Device device) {
      super(library, device, PlanOptions.defaults());
    }
  }

  private final Library library = new Library();
  @AutoClose private final Device device = Device.open("cpu");
  @AutoClose private final LibraryBridge bridge = new LibraryBridge(library, device);

  @Test
  void eachTensorIsDescribedOnceAStep() {
    Map<String, Array> inputs = Modalities.named(rows(1, true), rows(2, true), rows(3, false));
    inputs.put("temperature", scalar(0.2));
    try (Outputs<Array> result = bridge.lossAndGradients(GRAM, inputs)) {
      assertThat(result.names())
          .containsExactly("loss", "grad_anchor", "grad_modality1", "grad_temperature");
      assertThat(library.asked).hasSize(8);
      assertThat(library.asked.values()).containsOnly(1);
    }
    assertThat(library.made).allMatch(array -> !array.arena.scope().isAlive());
  }

  @Test
  void givesWhatTheOpGives() {
    Map<String, Array> inputs = Modalities.named(rows(1, true), rows(2, true));
    inputs.put("temperature", scalar(0.2));
    Bindings in = Bindings.none();
    for (Map.Entry<String, Array> input : inputs.entrySet()) {
      in = in.with(input.getKey(), input.getValue().memory);
    }
    in = in.with("temperature", Tensor.of(new float[] {0.2f}));
    Bindings expected = GRAM.lossAndGradients(device, in);
    try (Outputs<Array> result = bridge.lossAndGradients(GRAM, inputs)) {
      assertThat(result.loss()).isCloseTo(expected.loss(), within(1e-7));
      assertThat(result.gradient("anchor").memory.toFloats())
          .isEqualTo(expected.gradient("anchor").toFloats());
      // The temperature came as a vector of one element, and so does its gradient.
      assertThat(result.gradient("temperature").memory.spec().shape()).containsExactly(1);
      assertThat(result.gradient("temperature").memory.item())
          .isEqualTo(expected.gradient("temperature").item());
    }
    Array loss = new Array(TensorSpec.of(DType.F32), false);
    bridge.run(GRAM, inputs, Map.of("loss", loss));
    assertThat(loss.memory.item()).isCloseTo(expected.loss(), within(1e-7));
    Array gradient = rows(9, false);
    assertThat(bridge.lossAndGradients(GRAM, inputs, Map.of("grad_anchor", gradient)))
        .isCloseTo(expected.loss(), within(1e-7));
    assertThat(gradient.memory.toFloats()).isEqualTo(expected.gradient("anchor").toFloats());
  }

  @Test
  void whatIsMadeIsClosedWhereTheRunFails() {
    Map<String, Array> narrow = Map.of("vectors", rows(1, true));
    assertThatThrownBy(() -> bridge.run(new Gram(), narrow, Set.of("gram")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'vectors' has shape [6, 8]");
    Array doubles = new Array(TensorSpec.of(DType.F64, 2, 3, 4), true);
    assertThatThrownBy(() -> bridge.run(new Gram(), Map.of("vectors", doubles), Set.of("gram")))
        .hasMessageContaining("f64");
    assertThat(library.made).hasSize(1).allMatch(array -> !array.arena.scope().isAlive());
    assertThatThrownBy(() -> bridge.run(new Gram(), Map.of(), Set.of("gram")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input vectors");
    Map<String, Array> missing = new HashMap<>();
    missing.put("vectors", null);
    assertThatThrownBy(() -> bridge.run(new Gram(), missing, Set.of("gram")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'vectors'");
  }

  @Test
  void refusesWorkAfterClose() {
    Array array = rows(1, true);
    bridge.close();
    bridge.close();
    assertThatThrownBy(() -> bridge.view(array)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, Modalities.named(array, array)))
        .isInstanceOf(ClosedException.class);
  }

  @Test
  void inputsOfAGraphAreCheckedByTheirNames() {
    Map<String, DType> types = new HashMap<>(Map.of("anchor", DType.F32));
    assertThatThrownBy(() -> Bridge.signature(GRAM, types))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input modality1");
    types.put("modality1", DType.F32);
    assertThat(Bridge.signature(GRAM, types).differentiable())
        .containsExactly("anchor", "modality1", "temperature");
  }

  private static Array rows(long seed, boolean learned) {
    Random random = new Random(seed);
    Array array = new Array(TensorSpec.of(DType.F32, 6, 8), learned);
    array.memory.copyFrom(random.doubles(48).toArray());
    return array;
  }

  private static Array scalar(double value) {
    Array array = new Array(TensorSpec.of(DType.F32, 1), true);
    array.memory.copyFrom(new double[] {value});
    return array;
  }
}
