package io.gramian.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

final class SameDiffLossTest {
  private static final int STEPS = 100;

  private final Contrastive volume = new Contrastive(Similarity.volume());
  private Device device;
  private Nd4jBridge bridge;

  @BeforeAll
  static void natives() {
    Natives.require();
  }

  @BeforeEach
  void open() {
    device = Device.open("cpu");
    bridge = new Nd4jBridge(device);
  }

  @AfterEach
  void close() {
    bridge.close();
    device.close();
  }

  @Test
  void trainsAsSameDiffsOwnAutogradOfThePublishedExpression() {
    ThreeHeads own = new ThreeHeads();
    List<SDVariable> e = own.embeddings;
    double[] expected = train(own, new GramExpression(own.sd).loss(e.get(0), e.get(1), e.get(2)));
    ThreeHeads model = new ThreeHeads();
    double[] actual =
        train(
            model,
            SameDiffLoss.contrastive(
                bridge,
                "gram",
                volume,
                model.embeddings.get(0),
                model.embeddings.get(1),
                model.embeddings.get(2)));
    assertThat(expected[STEPS - 1]).isLessThan(0.7 * expected[0]);
    for (int step = 0; step < STEPS; step++) {
      assertThat(actual[step]).as("step %d", step).isCloseTo(expected[step], within(1e-4));
    }
  }

  private static double[] train(ThreeHeads model, SDVariable loss) {
    model.minimize(loss, new Sgd(0.5));
    double[] losses = new double[STEPS];
    for (int step = 0; step < STEPS; step++) {
      // Some batches are smaller than the others.
      int size = step % 5 == 4 ? 17 : 24;
      INDArray[] batch = ThreeHeads.batch(step % 10, size);
      // fit computes no loss that the gradients do not need.
      losses[step] =
          model.sd.output(ThreeHeads.placeholders(batch), loss.name()).get(loss.name()).getDouble();
      model.sd.fit(ThreeHeads.dataSet(batch));
    }
    return losses;
  }

  @Test
  void aLearnedTemperatureGetsItsGradient() {
    ThreeHeads model = new ThreeHeads();
    SameDiffLoss.of(bridge, "gram", volume, model.inputs()).markAsLoss();
    Map<String, INDArray> placeholders = ThreeHeads.placeholders(ThreeHeads.batch(5, 21));
    double actual =
        model.sd.calculateGradients(placeholders, "hundredths").get("hundredths").getDouble();
    Map<String, INDArray> e = model.sd.output(placeholders, "e0", "e1", "e2");
    Bindings in =
        Bindings.of("anchor", bridge.view(e.get("e0")))
            .with("modality1", bridge.view(e.get("e1")))
            .with("modality2", bridge.view(e.get("e2")));
    try (Device reference = Device.open("reference")) {
      double expected =
          volume.evaluate(reference, in, Set.of("grad_temperature")).get("grad_temperature").item();
      assertThat(actual).isCloseTo(0.01 * expected, within(1e-5 * Math.abs(expected)));
    }
  }

  @Test
  void gradientsAreScaledAndAddedByTheGraph() {
    Contrastive cosine = new Contrastive(Similarity.cosine()).temperature(0.2);
    ThreeHeads model = new ThreeHeads();
    List<SDVariable> e = model.embeddings;
    SDVariable first =
        SameDiffLoss.contrastive(bridge, "first", volume, e.get(0), e.get(1), e.get(2));
    SDVariable second = SameDiffLoss.contrastive(bridge, "second", cosine, e.get(1), e.get(2));
    first.mul(3).add(model.sd.math().square(second)).markAsLoss();
    Map<String, INDArray> placeholders = ThreeHeads.placeholders(ThreeHeads.batch(7, 19));
    model.sd.createGradFunction("e0", "e1");
    Map<String, INDArray> gradients = model.sd.calculateGradients(placeholders, "e0", "e1");
    Map<String, INDArray> outputs =
        model.sd.output(placeholders, "e0", "e1", "e2", "first", "second");

    Bindings tuple =
        Bindings.of("anchor", bridge.view(outputs.get("e0")))
            .with("modality1", bridge.view(outputs.get("e1")))
            .with("modality2", bridge.view(outputs.get("e2")));
    Bindings pair =
        Bindings.of("anchor", tuple.get("modality1")).with("modality1", tuple.get("modality2"));
    Bindings v = volume.evaluate(device, tuple, Set.of("loss", "grad_anchor", "grad_modality1"));
    Bindings c = cosine.evaluate(device, pair, Set.of("loss", "grad_anchor"));
    double cLoss = c.get("loss").item();
    assertThat(outputs.get("first").getDouble()).isCloseTo(v.get("loss").item(), within(1e-6));
    assertThat(outputs.get("second").getDouble()).isCloseTo(cLoss, within(1e-6));
    double[] byAnchor = bridge.view(gradients.get("e0")).toDoubles();
    double[] byModality = bridge.view(gradients.get("e1")).toDoubles();
    double[] v0 = v.get("grad_anchor").toDoubles();
    double[] v1 = v.get("grad_modality1").toDoubles();
    double[] c1 = c.get("grad_anchor").toDoubles();
    for (int i = 0; i < v0.length; i++) {
      assertThat(byAnchor[i]).isCloseTo(3 * v0[i], within(1e-6));
      assertThat(byModality[i]).isCloseTo(3 * v1[i] + 2 * cLoss * c1[i], within(1e-6));
    }
  }

  @Test
  void labelsMasksAndEmbeddingsOfDifferentBatchesAreTaken() {
    SameDiff sd = SameDiff.create();
    Map<String, SDVariable> inputs =
        Modalities.named(
            sd.var("a", ThreeHeads.normal(1, 7, 6, 1)),
            sd.var("b", ThreeHeads.normal(2, 9, 6, 1)),
            sd.var("c", ThreeHeads.normal(3, 9, 6, 1)));
    inputs.put("labels", sd.placeHolder("labels", DataType.INT32, -1));
    inputs.put("present", sd.placeHolder("present", DataType.FLOAT, -1, 2));
    SameDiffLoss.of(bridge, "gram", volume, inputs).markAsLoss();
    Map<String, INDArray> placeholders = new HashMap<>();
    placeholders.put("labels", Nd4j.createFromArray(8, 0, 3, 3, 1, 7, 2));
    INDArray present = Nd4j.ones(DataType.FLOAT, 9, 2);
    present.putScalar(3, 1, 0);
    placeholders.put("present", present);
    Map<String, INDArray> gradients = sd.calculateGradients(placeholders, "a", "c");

    Bindings in = Bindings.of("anchor", bridge.view(sd.getArrForVarName("a")));
    in = in.with("modality1", bridge.view(sd.getArrForVarName("b")));
    in = in.with("modality2", bridge.view(sd.getArrForVarName("c")));
    in = in.with("labels", bridge.view(placeholders.get("labels")));
    in = in.with("present", bridge.view(present));
    Bindings expected = volume.evaluate(device, in, Set.of("grad_anchor", "grad_modality2"));
    assertThat(bridge.view(gradients.get("a")).toDoubles())
        .isEqualTo(expected.get("grad_anchor").toDoubles());
    assertThat(bridge.view(gradients.get("c")).toDoubles())
        .isEqualTo(expected.get("grad_modality2").toDoubles());
  }

  @Test
  void theGraphReadsGradientsWhereGramianWroteThem() {
    ThreeHeads model = new ThreeHeads();
    List<SDVariable> e = model.embeddings;
    SameDiffLoss.contrastive(bridge, "gram", volume, e.get(0), e.get(1)).markAsLoss();
    List<Long> written = new ArrayList<>();
    List<Long> read = new ArrayList<>();
    model.sd.addListeners(
        new BaseListener() {
          @Override
          public boolean isActive(Operation operation) {
            return true;
          }

          @Override
          public void opExecution(
              SameDiff sd,
              At at,
              org.nd4j.linalg.dataset.api.MultiDataSet batch,
              SameDiffOp op,
              OpContext context,
              INDArray[] outputs) {
            if (op.getOutputsOfOp().contains("gram_grad_anchor")) {
              written.add(Nd4jTypes.address(outputs[0]));
            } else if (op.getInputsToOp() != null
                && op.getInputsToOp().contains("gram_grad_anchor")
                && op.getName().startsWith("add")) {
              INDArray z = context.getInputArray(0);
              read.add(Nd4jTypes.address(z));
              assertThat(Arrays.stream(z.dup().data().asDouble()).sum()).isNotZero();
            }
          }
        });
    model.sd.calculateGradients(ThreeHeads.placeholders(ThreeHeads.batch(1, 12)), "w0");
    assertThat(read).isNotEmpty().containsOnlyOnceElementsOf(written);
  }

  @Test
  void theForwardPassIsComputedOnceSoThatDropoutFits() {
    // Of a row with a single number left the gradient is 0.
    Nd4j.getRandom().setSeed(7);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.var("x", ThreeHeads.normal(1, 12, 8, 1));
    SDVariable y = sd.var("y", ThreeHeads.normal(2, 12, 8, 1));
    SDVariable mask = sd.random().bernoulli("mask", 0.5, DataType.FLOAT, 12, 8);
    SDVariable dropped = x.mul("dropped", mask);
    SameDiffLoss.contrastive(bridge, "gram", volume, dropped, y).markAsLoss();
    sd.createGradFunction("dropped");
    org.nd4j.autodiff.samediff.api.OutAndGrad result =
        sd.calculateGradientsAndOutputs(
            Collections.emptyMap(), List.of("mask"), List.of("x", "dropped"));
    double[] m = bridge.view(result.getOutputs().get("mask")).toDoubles();
    double[] before = bridge.view(result.getGradients().get("x")).toDoubles();
    double[] after = bridge.view(result.getGradients().get("dropped")).toDoubles();
    assertThat(m).contains(0, 1);
    assertThat(after).doesNotContain(0);
    for (int i = 0; i < m.length; i++) {
      assertThat(before[i]).isEqualTo(m[i] * after[i]);
    }
  }

  @Test
  void withoutItsListenerTheLossIsNotANumber() {
    ThreeHeads model = new ThreeHeads();
    List<SDVariable> e = model.embeddings;
    SameDiffLoss.contrastive(bridge, "gram", volume, e.get(0), e.get(1));
    Map<String, INDArray> batch = ThreeHeads.placeholders(ThreeHeads.batch(1, 12));
    assertThat(model.sd.output(batch, "gram").get("gram").getDouble()).isPositive();
    model.sd.setListeners(List.of());
    assertThat(model.sd.output(batch, "gram").get("gram").getDouble()).isNaN();
  }

  @Test
  void shapesAreCheckedWhenTheGraphIsRunAndTheNextRunIsSound() {
    SameDiff sd = SameDiff.create();
    SDVariable a = sd.placeHolder("a", DataType.FLOAT, -1, -1);
    SDVariable b = sd.placeHolder("b", DataType.FLOAT, -1, -1);
    SameDiffLoss.contrastive(bridge, "gram", volume, a, b);
    INDArray x = ThreeHeads.normal(1, 5, 8, 1);
    assertThatThrownBy(() -> sd.output(Map.of("a", x, "b", ThreeHeads.normal(1, 5, 7, 1)), "gram"))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'modality1' has shape [5, 7]");
    INDArray y = ThreeHeads.normal(2, 5, 8, 1);
    double expected =
        volume
            .evaluate(
                device,
                Bindings.of("anchor", bridge.view(x)).with("modality1", bridge.view(y)),
                Set.of("loss"))
            .get("loss")
            .item();
    assertThat(sd.output(Map.of("a", x, "b", y), "gram").get("gram").getDouble())
        .isCloseTo(expected, within(1e-6));
  }

  @Test
  void whatCannotBecomeALossIsRefused() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.var("x", ThreeHeads.normal(1, 4, 3, 1));
    SDVariable labels = sd.placeHolder("labels", DataType.INT64, -1);
    assertThatThrownBy(() -> SameDiffLoss.of(bridge, "l", volume, Map.of("anchor", x)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input modality1");
    Map<String, SDVariable> inputs = Modalities.named(x, x);
    inputs.put("labels", labels);
    assertThatThrownBy(() -> SameDiffLoss.of(bridge, "l", volume, inputs))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'labels' has element type LONG");
    assertThatThrownBy(() -> SameDiffLoss.contrastive(bridge, "x", volume, x, x))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'x' already");
  }
}
