// Trains three encoders in the processes of an MPI job, each with its part of the batch and a
// replica of the encoders, with the loss of the whole batch. MPICH or Open MPI, and no GPU, is
// needed.
//
// Maven:  io.gramian:gramian-torch:0.1.0-SNAPSHOT
// Maven:  ai.djl.pytorch:pytorch-engine:0.36.0
// Maven:  ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0
// Maven:  ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Flags:  -Dai.djl.offline=true
// Run:    mpiexec -n 2 java FLAGS -cp 'lib/*' RanksWithDjl.java

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.gramian.Collective;
import io.gramian.PlanOptions;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.DjlBridge;
import java.time.Duration;
import java.util.Map;

/** Words, pictures and sounds of things, each a noisy function of the thing that it is about. */
public final class RanksWithDjl {
  private static final int FEATURES = 20;
  private static final int BATCH = 64;
  private static final Engine ENGINE = Engine.getEngine("PyTorch");
  private static final NDArray[] SENSES = new NDArray[3];
  private static final Trainer[] ENCODERS = new Trainer[3];

  public static void main(String[] args) {
    ENGINE.setRandomSeed(1); // the same encoders on every rank
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.1);
    try (Collective group = Collective.ofMpi(Duration.ofSeconds(60));
        NDManager manager = ENGINE.newBaseManager();
        DjlBridge bridge = DjlBridge.open(null, PlanOptions.defaults().collective(group))) {
      for (int m = 0; m < 3; m++) {
        SENSES[m] = manager.randomNormal(new Shape(8, FEATURES));
        ENCODERS[m] = encoder();
      }
      ENGINE.setRandomSeed(100 + group.rank()); // other things on every rank
      for (int step = 0; step <= 200; step++) {
        try (NDManager scope = manager.newSubManager()) {
          double loss;
          try (GradientCollector collector = ENGINE.newGradientCollector()) {
            Map<String, NDArray> inputs = embeddings(scope, BATCH / group.size());
            // The loss of all things of all ranks, and the backward pass of this rank's encoders.
            loss = bridge.backward(collector, gram, inputs).loss();
          }
          for (Trainer encoder : ENCODERS) {
            for (Parameter parameter : encoder.getModel().getBlock().getParameters().values()) {
              try (NDArray gradient = parameter.getArray().getGradient()) {
                group.allReduce(null, bridge.view(gradient), Collective.Reduction.SUM);
              }
            }
            encoder.step();
          }
          if (step % 100 == 0 && group.rank() == 0) {
            System.out.printf("%d ranks, step %d: loss %.6f%n", group.size(), step, loss);
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
