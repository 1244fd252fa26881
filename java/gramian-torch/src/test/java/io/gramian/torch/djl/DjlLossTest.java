package io.gramian.torch.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.torch.DjlBridge;
import io.gramian.torch.TorchResult;
import io.gramian.torch.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses and gradients against autograd of the published expression. */
final class DjlLossTest {
  private static final Contrastive GRAM = new Contrastive(Similarity.volume());
  private static final double LOSS_ERROR = 2e-6;

  /** Float32 accuracy: autograd of the determinant, in float32 too, is the worse of the two. */
  private static final double GRADIENT_ERROR = 1e-4;

  @BeforeAll
  static void natives() {
    Natives.assume();
  }

  @ParameterizedTest
  @CsvSource({"2,3,1", "16,8,2", "7,5,2", "13,31,3", "64,128,3"})
  void backwardIsThatOfThePublishedExpression(int batch, int d, int modalities) {
    try (DjlBridge bridge = DjlBridge.open();
        NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      Map<String, NDArray> expected = leaves(manager, batch, d, modalities);
      NDArray loss = new GramExpression().loss(expected);
      collector.backward(loss);

      Map<String, NDArray> inputs = leaves(manager, batch, d, modalities);
      TorchResult<NDArray> result = bridge.backward(collector, GRAM, inputs);

      assertThat(result.loss() / loss.getFloat() - 1).isBetween(-LOSS_ERROR, LOSS_ERROR);
      expected.forEach(
          (name, array) -> {
            float[] gradient = array.getGradient().toFloatArray();
            assertThat(
                    Values.relativeError(inputs.get(name).getGradient().toFloatArray(), gradient))
                .as(name)
                .isLessThan(GRADIENT_ERROR);
            assertThat(Values.relativeError(result.get("grad_" + name).toFloatArray(), gradient))
                .as("grad_" + name)
                .isLessThan(GRADIENT_ERROR);
          });
    }
  }

  private static Map<String, NDArray> leaves(NDManager manager, int batch, int d, int modalities) {
    Map<String, NDArray> inputs = new LinkedHashMap<>();
    inputs.put("anchor", manager.create(Values.normal(1, batch * d), new Shape(batch, d)));
    for (int l = 1; l <= modalities; l++) {
      inputs.put(
          "modality" + l, manager.create(Values.normal(1 + l, batch * d), new Shape(batch, d)));
    }
    inputs.put("temperature", manager.create(0.2f));
    inputs.values().forEach(array -> array.setRequiresGradient(true));
    return inputs;
  }
}
