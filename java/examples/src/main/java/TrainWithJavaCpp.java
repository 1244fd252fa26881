// Trains three encoders with GRAM's loss in JavaCPP's PyTorch. No GPU is needed.
//
// Maven:  io.gramian:gramian-torch:0.1.0-SNAPSHOT
// Maven:  org.bytedeco:pytorch:2.10.0-1.5.13
// Maven:  org.bytedeco:pytorch:2.10.0-1.5.13:linux-x86_64
// Maven:  org.bytedeco:openblas:0.3.31-1.5.13:linux-x86_64
// Maven:  org.bytedeco:javacpp:1.5.13:linux-x86_64
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Run:    java FLAGS -cp 'lib/*' TrainWithJavaCpp.java

import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.op.TopK;
import io.gramian.torch.JavaCppBridge;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.ReLUImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Words, pictures and sounds of things, each a noisy function of the thing that it is about. */
public final class TrainWithJavaCpp {
  private static final int FEATURES = 20;
  private static final Tensor[] SENSES = new Tensor[3];
  private static final SequentialImpl[] ENCODERS = new SequentialImpl[3];

  public static void main(String[] args) {
    torch.manual_seed(1);
    TensorVector parameters = new TensorVector();
    for (int m = 0; m < 3; m++) {
      SENSES[m] = torch.randn(8, FEATURES);
      ENCODERS[m] = new SequentialImpl();
      ENCODERS[m].push_back(new LinearImpl(FEATURES, 64));
      ENCODERS[m].push_back(new ReLUImpl());
      ENCODERS[m].push_back(new LinearImpl(64, 16));
      for (Tensor parameter : ENCODERS[m].parameters().get()) {
        parameters.push_back(parameter);
      }
    }
    Tensor temperature = torch.tensor(0.1f).set_requires_grad(true);
    parameters.push_back(temperature);
    Adam adam = new Adam(parameters, new AdamOptions(3e-3));
    Contrastive gram = new Contrastive(Similarity.volume());
    TopK search = new TopK(Similarity.volume(), true, 1, 1, 5);
    try (JavaCppBridge bridge = JavaCppBridge.open()) {
      for (int step = 0; step <= 300; step++) {
        // Whatever a step makes is freed at its end.
        try (PointerScope _ = new PointerScope()) {
          Map<String, Tensor> inputs = embeddings(64);
          inputs.put("temperature", temperature);
          adam.zero_grad();
          // The loss, and the backward pass of the encoders.
          double loss = bridge.backward(gram, inputs).loss();
          adam.step();
          if (step % 100 == 0) {
            // Which picture and sound do words find among 256 of new things?
            Tensor recall = bridge.run(search, embeddings(256), List.of("recall")).get("recall");
            System.out.printf(
                "step %d: loss %.4f, recall@1 %.2f, recall@5 %.2f, temperature %.3f%n",
                step,
                loss,
                recall.get(0).item_float(),
                recall.get(1).item_float(),
                temperature.item_float());
          }
        }
      }
    }
  }

  /** What the encoders make of what the senses make of new things. */
  private static Map<String, Tensor> embeddings(int count) {
    Tensor things = torch.randn(count, 8);
    Tensor[] e = new Tensor[3];
    for (int m = 0; m < 3; m++) {
      Tensor noise = torch.randn(count, FEATURES).mul(new Scalar(0.2));
      Tensor sensed = torch.matmul(things, SENSES[m]).tanh().add(noise);
      e[m] = ENCODERS[m].forward(sensed);
    }
    return Modalities.named(e[0], e[1], e[2]);
  }
}
