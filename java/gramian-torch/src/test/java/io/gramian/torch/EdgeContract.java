package io.gramian.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.Outputs;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.UnsupportedOpException;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Other threads, element types and shapes than those of an ordinary training: each gives the right
 * result, or a typed error of one line.
 */
public abstract class EdgeContract<T> {
  private static final Loss GRAM = new Contrastive(Similarity.volume());

  private final Stack<T> stack;

  protected EdgeContract(Stack<T> stack) {
    this.stack = stack;
  }

  @BeforeEach
  final void natives() {
    stack.assumeNatives();
  }

  @Test
  final void severalThreadsShareABridge() throws Exception {
    int sizes = 30; // more than there are plans kept
    int threads = 4;
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session();
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Map<String, T>> batches = new ArrayList<>();
      List<Double> expected = new ArrayList<>();
      for (int batch = 2; batch < 2 + sizes; batch++) {
        batches.add(session.tuples(DType.F32, batch, 6, 2));
        expected.add(loss(bridge, batches.getLast()));
      }
      List<Callable<List<Double>>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t * sizes / threads;
        tasks.add(
            () -> {
              Double[] losses = new Double[sizes];
              for (int i = 0; i < sizes; i++) {
                int at = (first + i) % sizes;
                losses[at] = loss(bridge, batches.get(at));
              }
              return List.of(losses);
            });
      }
      for (Future<List<Double>> future : pool.invokeAll(tasks)) {
        assertThat(future.get()).isEqualTo(expected);
      }
    }
  }

  private static <T> double loss(TorchBridge<T> bridge, Map<String, T> inputs) {
    try (Outputs<T> result = bridge.lossAndGradients(GRAM, inputs)) {
      return result.loss();
    }
  }

  /** A scalar may have any floating-point type beside data of any; autograd takes its gradient. */
  @ParameterizedTest
  @CsvSource({"F32,F64", "F32,BF16", "F32,F16", "BF16,BF16", "BF16,F64", "F16,BF16", "F16,F16"})
  final void scalarsOfAnotherType(DType data, DType scalar) {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      // 0.25 is the same in all of them.
      Map<String, T> plain = session.tuples(data, 12, 8, 2);
      plain.put("temperature", session.scalar(0.25));
      Outputs<T> expected = session.backward(bridge, GRAM, plain);

      Map<String, T> inputs = session.tuples(data, 12, 8, 2);
      T temperature = session.requireGradient(session.tensor(scalar, new float[] {0.25f}, 1));
      inputs.put("temperature", temperature);
      Outputs<T> result = session.backward(bridge, GRAM, inputs);

      assertThat(bridge.view(result.get("loss")).dtype()).isEqualTo(DType.F32);
      assertThat(result.loss()).isEqualTo(expected.loss());
      assertThat(session.values(session.gradient(inputs.get("anchor"))))
          .isEqualTo(session.values(session.gradient(plain.get("anchor"))));
      float[] gradient = session.values(session.gradient(plain.get("temperature")));
      assertThat(bridge.view(session.gradient(temperature)).dtype()).isEqualTo(scalar);
      assertThat(Values.relativeError(session.values(session.gradient(temperature)), gradient))
          .isLessThan(5e-3);
    }
  }

  /** The scalar of {@link TorchBridge#loss} as well. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F64", "BF16", "F16"})
  final void aScalarOfAnotherTypeInALossToGoOnWith(DType scalar) {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = session.tuples(DType.F32, 12, 8, 2);
      T temperature = session.requireGradient(session.tensor(scalar, new float[] {0.25f}, 1));
      inputs.put("temperature", temperature);
      Outputs<T> expected = bridge.lossAndGradients(GRAM, inputs);
      session.backward(bridge.loss(GRAM, inputs));
      for (String name : inputs.keySet()) {
        float[] gradient = session.values(session.gradient(inputs.get(name)));
        assertThat(Values.relativeError(gradient, session.values(expected.get("grad_" + name))))
            .as(name)
            .isLessThan(scalar == DType.F64 ? 1e-6 : 5e-3);
      }
    }
  }

  @Test
  final void doublesNeedTheReferenceAndTheErrorSaysSo() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      assertOneLine(
          UnsupportedOpException.class,
          () -> bridge.lossAndGradients(GRAM, session.tuples(DType.F64, 4, 3, 1)),
          "f64 (convert it, or use backend reference)");
    }
    try (Device reference = Device.open("reference");
        TorchBridge<T> exact = stack.open(reference);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = session.tuples(DType.F64, 4, 3, 1);
      Outputs<T> result = session.backward(exact, GRAM, inputs);
      assertThat(session.values(session.gradient(inputs.get("anchor"))))
          .isEqualTo(session.values(result.get("grad_anchor")));
    }
  }

  @Test
  final void integersAreNoData() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      T whole = session.tensor(DType.I32, new float[] {1, 2, 3, 4}, 1, 2, 2);
      assertOneLine(
          ShapeException.class,
          () -> bridge.run(new Gram(), Map.of("vectors", whole), List.of("gram")),
          "'vectors' has element type i32; expected a floating type");
      T longs = session.longs(1, 2, 3, 4);
      assertOneLine(
          ShapeException.class,
          () -> bridge.run(new Gram(), Map.of("vectors", longs), List.of("gram")),
          "'vectors' has element type int64");
    }
  }

  @Test
  final void emptyBatchesAndSingleSamples() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      T none = session.tensor(DType.F32, new float[0], 0, 2, 2);
      Outputs<T> result = bridge.run(new Gram(), Map.of("vectors", none), List.of("gram"));
      assertThat(bridge.view(result.get("gram")).spec().shape()).containsExactly(0, 2, 2);
      Map<String, T> one = session.tuples(DType.F32, 1, 3, 1);
      assertThat(session.backward(bridge, GRAM, one).loss()).isCloseTo(0, within(1e-12));
      assertThat(session.values(session.gradient(one.get("anchor")))).containsOnly(0);
    }
  }

  @Test
  final void samplesOfASliceAreReadWhereTheyAre() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      float[] values = Values.normal(5, 6 * 10);
      T matrix = session.tensor(DType.F32, values, 6, 10);
      T slice = session.everyOtherRow(session.columns(matrix, 3, 7));
      T packed = session.tensor(DType.F32, session.values(slice), 3, 4);
      Map<String, T> inputs = Modalities.named(slice, session.columns(matrix, 0, 4));
      inputs.put("labels", session.tensor(DType.I32, new float[] {5, 0, 3}, 3));
      double loss = bridge.run(GRAM, inputs, List.of("loss")).loss();
      inputs.put("anchor", packed);
      assertThat(bridge.run(GRAM, inputs, List.of("loss")).loss()).isEqualTo(loss);
    }
  }

  @Test
  final void nullIsNamed() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = session.tuples(DType.F32, 4, 3, 1);
      inputs.put("modality1", null);
      assertOneLine(
          ParameterException.class,
          () -> bridge.lossAndGradients(GRAM, inputs),
          "expected 'modality1', got null");
      assertOneLine(ParameterException.class, () -> bridge.view(null), "got null");
    }
  }

  /** Fails unless a call fails with a message of one line that has a text in it. */
  protected static void assertOneLine(
      Class<? extends GramianException> type, Callable<?> call, String text) {
    assertThatThrownBy(call::call)
        .isInstanceOf(type)
        .hasMessageContaining(text)
        .hasMessageNotContaining("\n");
  }
}
