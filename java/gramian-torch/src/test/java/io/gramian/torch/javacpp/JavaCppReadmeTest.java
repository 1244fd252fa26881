package io.gramian.torch.javacpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Outputs;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.JavaCppBridge;
import io.gramian.torch.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** The code of the README. */
final class JavaCppReadmeTest {
  private static final int BATCH = 32;
  private static final int FEATURES = 12;

  @Test
  void trains() {
    new JavaCppStack().assumeNatives();
    torch.manual_seed(1);
    int steps = 30;
    List<Double> losses = new ArrayList<>();
    LinearImpl[] heads = new LinearImpl[3];
    Tensor temperature = torch.tensor(0.1f).set_requires_grad(true);
    TensorVector parameters = new TensorVector(temperature);
    for (int m = 0; m < 3; m++) {
      heads[m] = new LinearImpl(FEATURES, 16);
      parameters.push_back(heads[m].weight());
    }
    LinearImpl text = heads[0];
    LinearImpl image = heads[1];
    LinearImpl sound = heads[2];
    Adam adam = new Adam(parameters, new AdamOptions(1e-2));
    Tensor texts = features(1);
    Tensor images = features(2);
    Tensor sounds = features(3);

    // readme:begin
    Contrastive gram = new Contrastive(Similarity.volume());
    try (JavaCppBridge bridge = JavaCppBridge.open()) {
      for (int i = 0; i < steps; i++) {
        try (PointerScope _ = new PointerScope()) { // frees what the step makes
          Map<String, Tensor> inputs =
              Modalities.named(text.forward(texts), image.forward(images), sound.forward(sounds));
          inputs.put("temperature", temperature); // a scalar that is learned
          adam.zero_grad();
          Outputs<Tensor> result = bridge.backward(gram, inputs);
          adam.step();
          losses.add(result.loss());
        }
      }
    }
    // readme:end

    assertThat(losses.getLast()).isLessThan(0.7 * losses.getFirst());
  }

  private static Tensor features(int seed) {
    return torch.tensor(Values.normal(seed, BATCH * FEATURES)).reshape(BATCH, FEATURES);
  }
}
