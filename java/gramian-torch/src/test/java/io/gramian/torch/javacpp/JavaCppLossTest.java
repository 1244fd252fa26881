package io.gramian.torch.javacpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.torch.JavaCppBridge;
import io.gramian.torch.TorchResult;
import io.gramian.torch.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses and gradients against autograd of the published expression. */
final class JavaCppLossTest {
  private static final Contrastive GRAM = new Contrastive(Similarity.volume());

  /** Float32 accuracy: autograd of the determinant, in float32 too, is the worse of the two. */
  private static final double LOSS_ERROR = 2e-6;

  private static final double GRADIENT_ERROR = 1e-4;

  @BeforeAll
  static void natives() {
    Tensors.assumeNatives();
  }

  @ParameterizedTest
  @CsvSource({"2,3,1", "16,8,2", "7,5,2", "13,31,3", "64,128,3"})
  void backwardIsThatOfThePublishedExpression(int batch, int d, int modalities) {
    try (PointerScope _ = new PointerScope();
        JavaCppBridge bridge = JavaCppBridge.open()) {
      Map<String, Tensor> expected = leaves(batch, d, modalities);
      Tensor loss = GramExpression.loss(expected);
      loss.backward();

      Map<String, Tensor> inputs = leaves(batch, d, modalities);
      TorchResult<Tensor> result = bridge.backward(GRAM, inputs);

      assertThat(result.loss() / loss.item_float() - 1).isBetween(-LOSS_ERROR, LOSS_ERROR);
      expected.forEach(
          (name, tensor) -> {
            float[] gradient = Tensors.values(tensor.grad());
            assertThat(Values.relativeError(Tensors.values(inputs.get(name).grad()), gradient))
                .as(name)
                .isLessThan(GRADIENT_ERROR);
            assertThat(Values.relativeError(Tensors.values(result.get("grad_" + name)), gradient))
                .as("grad_" + name)
                .isLessThan(GRADIENT_ERROR);
          });
    }
  }

  private static Map<String, Tensor> leaves(int batch, int d, int modalities) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("anchor", Tensors.parameter(1, batch, d));
    for (int l = 1; l <= modalities; l++) {
      inputs.put("modality" + l, Tensors.parameter(1 + l, batch, d));
    }
    inputs.put("temperature", Tensors.of(new float[] {0.2f}).reshape().set_requires_grad(true));
    return inputs;
  }
}
