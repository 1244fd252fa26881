// Trains three encoders with GRAM's loss by DJL's own EasyTrain.fit. No GPU is needed.
//
// Maven:  io.gramian:gramian-torch:0.1.0-SNAPSHOT
// Maven:  ai.djl.pytorch:pytorch-engine:0.36.0
// Maven:  ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0
// Maven:  ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Flags:  -Dai.djl.offline=true
// Run:    java FLAGS -cp 'lib/*' FitWithDjl.java

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingResult;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.torch.DjlBridge;
import io.gramian.torch.DjlLoss;
import java.util.List;

/** Words, pictures and sounds of things, each a noisy function of the thing that it is about. */
public final class FitWithDjl {
  private static final int FEATURES = 20;
  private static final int BATCH = 64;

  public static void main(String[] args) throws Exception {
    Engine engine = Engine.getEngine("PyTorch");
    engine.setRandomSeed(1);
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.1);
    Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(3e-3f)).build();
    try (NDManager manager = engine.newBaseManager();
        DjlBridge bridge = DjlBridge.open();
        Model model = Model.newInstance("encoders", "PyTorch")) {
      // The model predicts the anchors and each modality of their tuples, in this order.
      model.setBlock(
          new ParallelBlock(
              heads -> new NDList(heads.stream().map(NDList::singletonOrThrow).toList()),
              List.of(encoder(0), encoder(1), encoder(2))));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new DjlLoss(bridge, gram))
              .optOptimizer(adam)
              .addTrainingListeners(new EvaluatorTrainingListener());
      NDArray[] senses = new NDArray[3];
      for (int m = 0; m < senses.length; m++) {
        senses[m] = manager.randomNormal(new Shape(8, FEATURES));
      }
      ArrayDataset training = things(manager, senses, 32 * BATCH);
      ArrayDataset validation = things(manager, senses, 4 * BATCH);
      try (Trainer trainer = model.newTrainer(config)) {
        Shape row = new Shape(1, FEATURES);
        trainer.initialize(row, row, row);
        for (int epoch = 1; epoch <= 4; epoch++) {
          EasyTrain.fit(trainer, 1, training, validation);
          TrainingResult result = trainer.getTrainingResult();
          System.out.printf(
              "epoch %d: training loss %.4f, validation loss %.4f%n",
              epoch, result.getTrainLoss(), result.getValidateLoss());
        }
      }
    }
  }

  private static Block encoder(int sense) {
    return new SequentialBlock()
        .add(batch -> new NDList(batch.get(sense)))
        .add(Linear.builder().setUnits(64).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(16).build());
  }

  /** What the senses make of new things. EasyTrain wants labels, which the loss does not read. */
  private static ArrayDataset things(NDManager manager, NDArray[] senses, int count)
      throws Exception {
    NDArray things = manager.randomNormal(new Shape(count, 8));
    NDArray[] sensed = new NDArray[senses.length];
    for (int m = 0; m < sensed.length; m++) {
      NDArray noise = manager.randomNormal(new Shape(count, FEATURES)).mul(0.2);
      sensed[m] = things.matMul(senses[m]).tanh().add(noise);
    }
    ArrayDataset dataset =
        new ArrayDataset.Builder()
            .setData(sensed)
            .optLabels(manager.zeros(new Shape(count)))
            .setSampling(BATCH, true)
            .build();
    dataset.prepare();
    return dataset;
  }
}
