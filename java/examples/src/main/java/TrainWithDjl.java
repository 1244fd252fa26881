// Trains three encoders with GRAM's loss in DJL with its PyTorch engine. No GPU is needed.
//
// Maven:  io.gramian:gramian-torch:0.1.0-SNAPSHOT
// Maven:  ai.djl.pytorch:pytorch-engine:0.36.0
// Maven:  ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0
// Maven:  ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Flags:  -Dai.djl.offline=true
// Run:    java FLAGS -cp 'lib/*' TrainWithDjl.java

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.op.TopK;
import io.gramian.torch.DjlBridge;
import java.util.List;
import java.util.Map;

/** Words, pictures and sounds of things, each a noisy function of the thing that it is about. */
public final class TrainWithDjl {
  private static final int FEATURES = 20;
  private static final Engine ENGINE = Engine.getEngine("PyTorch");
  private static final NDArray[] SENSES = new NDArray[3];
  private static final Trainer[] ENCODERS = new Trainer[3];

  public static void main(String[] args) {
    ENGINE.setRandomSeed(1);
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.1);
    TopK search = new TopK(Similarity.volume(), true, 1, 1, 5);
    try (NDManager manager = ENGINE.newBaseManager();
        DjlBridge bridge = DjlBridge.open()) {
      for (int m = 0; m < 3; m++) {
        SENSES[m] = manager.randomNormal(new Shape(8, FEATURES));
        ENCODERS[m] = encoder();
      }
      for (int step = 0; step <= 300; step++) {
        // Whatever a step makes is freed at its end.
        try (NDManager scope = manager.newSubManager()) {
          double loss;
          try (GradientCollector collector = ENGINE.newGradientCollector()) {
            // The loss, and the backward pass of the encoders.
            loss = bridge.backward(collector, gram, embeddings(scope, 64)).loss();
          }
          List.of(ENCODERS).forEach(Trainer::step);
          if (step % 100 == 0) {
            // Which picture and sound do words find among 256 of new things?
            NDArray recall =
                bridge.run(search, embeddings(scope, 256), List.of("recall")).get("recall");
            System.out.printf(
                "step %d: loss %.4f, recall@1 %.2f, recall@5 %.2f%n",
                step, loss, recall.getFloat(0), recall.getFloat(1));
          }
        }
      }
    }
  }

  private static Trainer encoder() {
    Model model = Model.newInstance("encoder", "PyTorch");
    model.setBlock(
        new SequentialBlock()
            .add(Linear.builder().setUnits(64).build())
            .add(Activation::relu)
            .add(Linear.builder().setUnits(16).build()));
    Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(3e-3f)).build();
    // A trainer wants a loss of its own; nothing calls it.
    Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(adam));
    trainer.initialize(new Shape(1, FEATURES));
    return trainer;
  }

  /** What the encoders make of what the senses make of new things. */
  private static Map<String, NDArray> embeddings(NDManager manager, int count) {
    NDArray things = manager.randomNormal(new Shape(count, 8));
    NDArray[] e = new NDArray[3];
    for (int m = 0; m < 3; m++) {
      NDArray noise = manager.randomNormal(new Shape(count, FEATURES)).mul(0.2);
      NDArray sensed = things.matMul(SENSES[m]).tanh().add(noise);
      e[m] = ENCODERS[m].forward(new NDList(sensed)).singletonOrThrow();
    }
    return Modalities.named(e[0], e[1], e[2]);
  }
}
