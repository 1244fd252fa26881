package io.gramian.torch.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import ai.djl.training.TrainingConfig;
import ai.djl.training.TrainingResult;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SimpleCompositeLoss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.gramian.ShapeException;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.DjlBridge;
import io.gramian.torch.DjlLoss;
import io.gramian.torch.Values;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DJL's own loop of training with a loss of Gramian. */
final class DjlFitTest {
  private static final int SAMPLES = 96;
  private static final int BATCH = 32;
  private static final int FEATURES = 12;
  private static final int EPOCHS = 6;

  private final Contrastive gram = new Contrastive(Similarity.volume());
  private NDManager manager;
  private DjlBridge bridge;

  /** What training and validation lost in the last epoch. */
  private record Losses(double first, double training, double validation) {}

  @BeforeEach
  void open() {
    new DjlStack().assumeNatives();
    manager = NDManager.newBaseManager("PyTorch");
    bridge = DjlBridge.open();
  }

  @AfterEach
  void close() {
    if (bridge != null) {
      bridge.close();
      manager.close();
    }
  }

  @Test
  void easyTrainTrainsAsWithThePublishedExpression() throws Exception {
    Losses ours = fit(new DjlLoss(bridge, gram));
    Losses published = fit(new Expression());
    assertThat(ours.training()).isCloseTo(published.training(), within(1e-4));
    assertThat(ours.validation()).isCloseTo(published.validation(), within(1e-4));
    assertThat(ours.training()).isLessThan(0.8 * ours.first());
  }

  @Test
  void theCodeOfTheReadme() throws Exception {
    List<Double> losses = new ArrayList<>();
    Shape row = new Shape(1, FEATURES);
    ArrayDataset training = dataset();
    ArrayDataset validation = training;
    Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
    try (Model model = heads()) {
      // readme:begin
      try (DjlBridge bridge = DjlBridge.open()) {
        DjlLoss gram = new DjlLoss(bridge, new Contrastive(Similarity.volume()));
        TrainingConfig config =
            new DefaultTrainingConfig(gram)
                .optOptimizer(adam)
                .addTrainingListeners(new EvaluatorTrainingListener());
        try (Trainer trainer = model.newTrainer(config)) {
          trainer.initialize(row, row, row);
          EasyTrain.fit(trainer, 10, training, validation);
          losses.add((double) trainer.getTrainingResult().getValidateLoss());
        }
      }
      // readme:end
    }
    assertThat(losses.getFirst()).isLessThan(0.8 * Math.log(BATCH));
  }

  @Test
  void aPartOfACompositeLossHasItsWeight() throws Exception {
    Losses once = fit(new DjlLoss(bridge, gram));
    Losses twice =
        fit(
            new SimpleCompositeLoss("twice")
                .addLoss(new DjlLoss(bridge, gram))
                .addLoss(new DjlLoss(bridge, gram)));
    // Adam goes the same way whatever the scale of a loss.
    assertThat(twice.first()).isCloseTo(2 * once.first(), within(1e-3));
    assertThat(twice.training()).isCloseTo(2 * once.training(), within(0.05 * once.training()));
  }

  @Test
  void predictionsAndLabelsGoByTheirNames() {
    NDArray anchor = rows(1);
    NDArray other = rows(2);
    NDArray temperature = manager.create(0.3f);
    NDArray labels = manager.arange(SAMPLES).neg().add(SAMPLES - 1); // the other way round
    DjlLoss named =
        new DjlLoss(bridge, gram, List.of("modality1", "anchor", "temperature"), List.of("labels"));
    NDList predictions = new NDList(other, anchor, temperature);
    NDArray value = named.evaluate(new NDList(labels), predictions);
    NDArray turned = other.flip(0);
    NDArray expected =
        new DjlLoss(bridge, gram.temperature(0.3))
            .evaluate(new NDList(), new NDList(anchor, turned));
    assertThat(value.getFloat()).isCloseTo(expected.getFloat(), within(1e-5f));

    assertThatThrownBy(() -> named.evaluate(new NDList(), predictions))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected labels [labels], got 0");
    assertThatThrownBy(() -> named.evaluate(new NDList(labels), new NDList(anchor)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected predictions [modality1, anchor, temperature], got 1");
  }

  private Losses fit(Loss loss) throws Exception {
    Engine.getEngine("PyTorch").setRandomSeed(3);
    try (Model model = heads()) {
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(loss)
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build())
              .addTrainingListeners(new EvaluatorTrainingListener());
      try (Trainer trainer = model.newTrainer(config)) {
        Shape row = new Shape(1, FEATURES);
        trainer.initialize(row, row, row);
        EasyTrain.fit(trainer, 1, dataset(), dataset());
        double first = trainer.getTrainingResult().getTrainLoss();
        EasyTrain.fit(trainer, EPOCHS, dataset(), dataset());
        TrainingResult result = trainer.getTrainingResult();
        return new Losses(first, result.getTrainLoss(), result.getValidateLoss());
      }
    }
  }

  private static Model heads() {
    Model model = Model.newInstance("heads", "PyTorch");
    model.setBlock(
        new ParallelBlock(
            heads -> new NDList(heads.stream().map(NDList::singletonOrThrow).toList()),
            List.of(head(0), head(1), head(2))));
    return model;
  }

  /** An encoder of one of the arrays of a batch. */
  private static Block head(int number) {
    return new SequentialBlock()
        .add(list -> new NDList(list.get(number)))
        .add(Linear.builder().setUnits(16).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(8).build());
  }

  private ArrayDataset dataset() throws Exception {
    ArrayDataset dataset =
        new ArrayDataset.Builder()
            .setData(rows(1), rows(2), rows(3))
            .optLabels(manager.zeros(new Shape(SAMPLES)))
            .setSampling(BATCH, false)
            .build();
    dataset.prepare();
    return dataset;
  }

  private NDArray rows(long seed) {
    return manager.create(Values.normal(seed, SAMPLES * FEATURES), new Shape(SAMPLES, FEATURES));
  }

  private static final class Expression extends Loss {
    Expression() {
      super("published");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      java.util.Map<String, NDArray> inputs =
          Modalities.named(predictions.get(0), predictions.get(1), predictions.get(2));
      inputs.put("temperature", predictions.get(0).getManager().create(0.07f));
      return new GramExpression().loss(inputs);
    }
  }
}
