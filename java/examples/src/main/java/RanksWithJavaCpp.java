// Trains three encoders in several processes, each with its part of the batch and a replica of the
// encoders, with the loss of the whole batch. JavaCPP's PyTorch brings Gloo. No GPU is needed.
//
// Maven:  io.gramian:gramian-torch:0.1.0-SNAPSHOT
// Maven:  org.bytedeco:pytorch:2.10.0-1.5.13
// Maven:  org.bytedeco:pytorch:2.10.0-1.5.13:linux-x86_64
// Maven:  org.bytedeco:openblas:0.3.31-1.5.13:linux-x86_64
// Maven:  org.bytedeco:javacpp:1.5.13:linux-x86_64
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Run:    for r in 0 1; do java FLAGS -cp 'lib/*' RanksWithJavaCpp.java /tmp/new-file $r 2 & done

import io.gramian.Collective;
import io.gramian.PlanOptions;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.GlooCollective;
import io.gramian.torch.JavaCppBridge;
import java.nio.file.Path;
import java.time.Duration;
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
public final class RanksWithJavaCpp {
  private static final int FEATURES = 20;
  private static final int BATCH = 64;

  public static void main(String[] args) {
    int rank = Integer.parseInt(args[1]);
    int ranks = Integer.parseInt(args[2]);
    Duration limit = Duration.ofSeconds(60);
    try (Collective group = GlooCollective.join(Path.of(args[0]), "127.0.0.1", rank, ranks, limit);
        JavaCppBridge bridge = JavaCppBridge.open(null, PlanOptions.defaults().collective(group))) {
      torch.manual_seed(1); // the same encoders on every rank
      Tensor[] senses = new Tensor[3];
      SequentialImpl[] encoders = new SequentialImpl[3];
      TensorVector parameters = new TensorVector();
      for (int m = 0; m < 3; m++) {
        senses[m] = torch.randn(8, FEATURES);
        encoders[m] = new SequentialImpl();
        encoders[m].push_back(new LinearImpl(FEATURES, 64));
        encoders[m].push_back(new ReLUImpl());
        encoders[m].push_back(new LinearImpl(64, 16));
        for (Tensor parameter : encoders[m].parameters().get()) {
          parameters.push_back(parameter);
        }
      }
      Adam adam = new Adam(parameters, new AdamOptions(3e-3));
      Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.1);
      torch.manual_seed(100 + rank); // other things on every rank
      for (int step = 0; step <= 200; step++) {
        try (PointerScope _ = new PointerScope()) {
          adam.zero_grad();
          Map<String, Tensor> inputs = embeddings(BATCH / ranks, senses, encoders);
          // The loss of all things of all ranks, and the backward pass of this rank's encoders.
          double loss = bridge.backward(gram, inputs).loss();
          for (Tensor parameter : parameters.get()) {
            group.allReduce(null, bridge.view(parameter.grad()), Collective.Reduction.SUM);
          }
          adam.step();
          if (step % 100 == 0) {
            System.out.printf("rank %d, step %d: loss %.6f%n", rank, step, loss);
          }
        }
      }
    }
  }

  /** What the encoders make of what the senses make of new things. */
  private static Map<String, Tensor> embeddings(
      int count, Tensor[] senses, SequentialImpl[] encoders) {
    Tensor things = torch.randn(count, 8);
    Tensor[] e = new Tensor[3];
    for (int m = 0; m < 3; m++) {
      Tensor noise = torch.randn(count, FEATURES).mul(new Scalar(0.2));
      Tensor sensed = torch.matmul(things, senses[m]).tanh().add(noise);
      e[m] = encoders[m].forward(sensed);
    }
    return Modalities.named(e[0], e[1], e[2]);
  }
}
