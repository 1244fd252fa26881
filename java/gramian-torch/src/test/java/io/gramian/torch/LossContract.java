package io.gramian.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Outputs;
import io.gramian.op.Contrastive;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import io.gramian.op.Objective;
import io.gramian.op.SemanticDensity;
import io.gramian.op.Similarity;
import io.gramian.op.Volume;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses and gradients against autograd, in each stack. */
public abstract class LossContract<T> {
  private static final Loss GRAM = new Contrastive(Similarity.volume());

  private static final double LOSS_ERROR = 2e-6;

  /** Float32 accuracy: autograd of the determinant, in float32 too, is the worse of the two. */
  private static final double GRADIENT_ERROR = 1e-4;

  private final Stack<T> stack;

  protected LossContract(Stack<T> stack) {
    this.stack = stack;
  }

  @BeforeEach
  final void natives() {
    stack.assumeNatives();
  }

  @ParameterizedTest
  @CsvSource({"2,3,1", "16,8,2", "7,5,2", "13,31,3", "64,128,3"})
  final void backwardIsThatOfThePublishedExpression(int batch, int d, int modalities) {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> expected = leaves(session, DType.F32, batch, d, modalities);
      T loss = session.gramExpression(expected);
      session.backward(loss);

      Map<String, T> inputs = leaves(session, DType.F32, batch, d, modalities);
      Outputs<T> result = session.backward(bridge, GRAM, inputs);

      assertThat(error(result.loss(), session.values(loss)[0])).isLessThan(LOSS_ERROR);
      for (String name : inputs.keySet()) {
        T gradient = session.gradient(expected.get(name));
        assertClose(session, name, session.gradient(inputs.get(name)), gradient, GRADIENT_ERROR);
        assertClose(session, name, result.get("grad_" + name), gradient, GRADIENT_ERROR);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"BF16, 5e-3", "F16, 1e-3"})
  final void halfPrecisionInputsHaveGradientsOfTheirType(DType dtype, double bound) {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = leaves(session, dtype, 24, 16, 2);
      Map<String, T> expected = new LinkedHashMap<>();
      // The expression in float32 on the same rounded values.
      inputs.forEach((name, tensor) -> expected.put(name, wide(session, tensor, bridge)));
      T loss = session.gramExpression(expected);
      session.backward(loss);

      Outputs<T> result = session.backward(bridge, GRAM, inputs);

      assertThat(error(result.loss(), session.values(loss)[0])).isLessThan(1e-4);
      assertThat(bridge.view(result.get("grad_anchor")).dtype()).isEqualTo(dtype);
      assertThat(bridge.view(result.get("grad_temperature")).dtype()).isEqualTo(DType.F32);
      for (String name : inputs.keySet()) {
        T gradient = session.gradient(expected.get(name));
        assertClose(session, name, session.gradient(inputs.get(name)), gradient, bound);
      }
    }
  }

  @Test
  final void rowsMayHaveAnyStride() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      T wide = session.requireGradient(session.tensor(DType.F32, Values.normal(7, 260), 20, 13));
      T anchor = session.everyOtherRow(session.columns(wide, 0, 5));
      T modality = session.everyOtherRow(session.columns(wide, 6, 11));
      Map<String, T> inputs = Modalities.named(anchor, modality);
      inputs.put("temperature", session.scalar(0.2));
      T same = session.requireGradient(session.tensor(DType.F32, Values.normal(7, 260), 20, 13));
      Map<String, T> expected =
          Modalities.named(
              session.everyOtherRow(session.columns(same, 0, 5)),
              session.everyOtherRow(session.columns(same, 6, 11)));
      expected.put("temperature", session.scalar(0.2));

      session.backward(bridge, GRAM, inputs).close();
      session.backward(session.gramExpression(expected));

      T gradient = session.gradient(same);
      assertClose(session, "both", session.gradient(wide), gradient, GRADIENT_ERROR);
    }
  }

  /** A second pass through the shared weights would find their graph freed. */
  @Test
  final void oneBackwardPassServesAllInputs() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      T weights = session.requireGradient(session.tensor(DType.F32, Values.normal(9, 24), 6, 4));
      Map<String, T> features = session.tuples(DType.F32, 8, 6, 2);
      T shared = session.product(weights, session.tensor(DType.F32, Values.normal(8, 20), 4, 5));
      Map<String, T> heads = new LinkedHashMap<>();
      features.forEach((name, tensor) -> heads.put(name, session.product(tensor, shared)));
      heads.put("temperature", session.scalar(0.2));
      session.backward(bridge, GRAM, heads);
      float[] actual = session.values(session.gradient(weights));

      T same = session.requireGradient(session.tensor(DType.F32, Values.normal(9, 24), 6, 4));
      T sharedAgain = session.product(same, session.tensor(DType.F32, Values.normal(8, 20), 4, 5));
      features.forEach((name, tensor) -> heads.put(name, session.product(tensor, sharedAgain)));
      session.backward(session.gramExpression(heads));

      assertThat(Values.relativeError(actual, session.values(session.gradient(same))))
          .isLessThan(GRADIENT_ERROR);
    }
  }

  @Test
  final void aLossCanBeWeighedAndAddedToOthers() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = leaves(session, DType.F32, 8, 6, 2);
      Outputs<T> alone = bridge.lossAndGradients(GRAM, inputs);

      T loss = bridge.loss(GRAM, inputs);
      assertThat((double) session.values(loss)[0]).isEqualTo(alone.loss());
      session.backward(session.sum(session.scaled(loss, 3), session.scaled(loss, -0.5)));

      for (String name : inputs.keySet()) {
        T expected = session.scaled(alone.get("grad_" + name), 2.5);
        assertClose(session, name, session.gradient(inputs.get(name)), expected, 1e-6);
      }
    }
  }

  @Test
  final void onlyInputsThatRequireAGradientHaveOne() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = session.tuples(DType.F32, 8, 6, 2);
      inputs.put("modality1", session.tensor(DType.F32, Values.normal(2, 48), 8, 6));
      Outputs<T> result = session.backward(bridge, GRAM, inputs);
      assertThat(result.asMap()).containsOnlyKeys("loss", "grad_anchor", "grad_modality2");
    }
  }

  @Test
  final void sigmoidLossHandsBackGradientsOfScaleAndBias() {
    Loss op = new Contrastive(Similarity.cosine()).objective(Objective.sigmoid());
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = session.tuples(DType.F32, 8, 6, 1);
      inputs.put("scale", session.scalar(10));
      inputs.put("bias", session.scalar(-10));
      double step = 1e-2;
      Outputs<T> result = session.backward(bridge, op, inputs);
      for (String name : List.of("scale", "bias")) {
        double value = session.values(inputs.get(name))[0];
        Map<String, T> more = new LinkedHashMap<>(inputs);
        more.put(name, session.scalar(value + step));
        Map<String, T> less = new LinkedHashMap<>(inputs);
        less.put(name, session.scalar(value - step));
        double slope =
            (bridge.lossAndGradients(op, more).loss() - bridge.lossAndGradients(op, less).loss())
                / (2 * step);
        assertThat((double) session.values(session.gradient(inputs.get(name)))[0])
            .as(name)
            .isCloseTo(slope, org.assertj.core.data.Percentage.withPercentage(1));
        assertThat(session.values(result.get("grad_" + name))).hasSize(1);
      }
    }
  }

  @Test
  final void anyOpRunsByTheNamesOfItsTensors() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      T square = session.tensor(DType.F32, new float[] {3, 0, 0, 4}, 1, 2, 2);
      T upstream = session.tensor(DType.F32, new float[] {2}, 1);
      Outputs<T> result =
          bridge.run(
              new Volume(false, 1e-4),
              Map.of("vectors", square, "grad_volume", upstream),
              List.of("volume", "grad_vectors"));
      assertThat(session.values(result.get("volume"))).containsExactly(12);
      assertThat(session.values(result.get("grad_vectors"))).containsExactly(8, 0, 0, 6);

      Map<String, T> sets =
          Map.of(
              "x", session.requireGradient(session.tensor(DType.F32, Values.normal(3, 40), 10, 4)),
              "y", session.tensor(DType.F32, Values.normal(4, 28), 7, 4));
      Outputs<T> density = session.backward(bridge, new SemanticDensity(0.5), sets);
      assertThat(density.asMap()).containsOnlyKeys("loss", "grad_x");
      assertThat(session.values(session.gradient(sets.get("x"))))
          .containsExactly(session.values(density.get("grad_x")));
    }
  }

  @Test
  final void scalarsMayHaveAnyRank() {
    try (TorchBridge<T> bridge = stack.open(null);
        Session<T> session = stack.session()) {
      Map<String, T> inputs = session.tuples(DType.F32, 8, 6, 1);
      T scalar = session.requireGradient(session.tensor(DType.F32, new float[] {0.2f}));
      inputs.put("temperature", scalar);
      float[] expected =
          session.values(session.backward(bridge, GRAM, inputs).get("grad_temperature"));
      T matrix = session.requireGradient(session.tensor(DType.F32, new float[] {0.2f}, 1, 1));
      inputs.put("temperature", matrix);
      session.backward(bridge, GRAM, inputs);
      assertThat(session.values(session.gradient(matrix))).containsExactly(expected);
      assertThat(session.values(session.gradient(scalar))).containsExactly(expected);
    }
  }

  private static <T> Map<String, T> leaves(
      Session<T> session, DType dtype, int batch, int d, int modalities) {
    Map<String, T> inputs = session.tuples(dtype, batch, d, modalities);
    inputs.put("temperature", session.scalar(0.2));
    return inputs;
  }

  private static <T> T wide(Session<T> session, T tensor, TorchBridge<T> bridge) {
    long[] shape = bridge.view(tensor).spec().shape();
    return session.requireGradient(session.tensor(DType.F32, session.values(tensor), shape));
  }

  private static double error(double actual, double expected) {
    return Math.abs(actual / expected - 1);
  }

  private static <T> void assertClose(
      Session<T> session, String name, T actual, T expected, double bound) {
    assertThat(Values.relativeError(session.values(actual), session.values(expected)))
        .as(name)
        .isLessThan(bound);
  }
}
