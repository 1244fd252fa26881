package io.gramian.torch.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.gramian.Outputs;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.DjlBridge;
import io.gramian.torch.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A training run with the bridge and one with the published expression have the same losses. */
final class DjlTrainingTest {
  /** How a loss is computed and sent back through the networks. */
  private interface Backward {
    double loss(GradientCollector collector, Map<String, NDArray> inputs);
  }

  @Test
  void theLossCurveIsThatOfThePublishedExpression() {
    new DjlStack().assumeNatives();
    Contrastive gram = new Contrastive(Similarity.volume());
    try (DjlBridge bridge = DjlBridge.open()) {
      double[] ours =
          train(
              (collector, inputs) -> {
                try (Outputs<NDArray> result = bridge.backward(collector, gram, inputs)) {
                  return result.loss();
                }
              });
      GramExpression expression = new GramExpression();
      double[] published =
          train(
              (collector, inputs) -> {
                NDArray loss = expression.loss(inputs);
                collector.backward(loss);
                return loss.getFloat();
              });
      TrainingRun.assertSameCurve(ours, published);
    }
  }

  private static double[] train(Backward backward) {
    double[] losses = new double[TrainingRun.STEPS];
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      List<NDArray> first = new ArrayList<>();
      List<NDArray> second = new ArrayList<>();
      for (int m = 0; m < TrainingRun.MODALITIES; m++) {
        first.add(layer(manager, m, 1, TrainingRun.FEATURES, TrainingRun.HIDDEN));
        second.add(layer(manager, m, 2, TrainingRun.HIDDEN, TrainingRun.OUTPUT));
      }
      NDArray temperature = manager.create(TrainingRun.TEMPERATURE);
      List<NDArray> parameters = new ArrayList<>(first);
      parameters.addAll(second);
      parameters.add(temperature);
      parameters.forEach(parameter -> parameter.setRequiresGradient(true));
      Optimizer adam =
          Optimizer.adam().optLearningRateTracker(Tracker.fixed(TrainingRun.LEARNING_RATE)).build();
      for (int step = 0; step < losses.length; step++) {
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          collector.zeroGradients();
          NDArray[] heads = new NDArray[TrainingRun.MODALITIES];
          for (int m = 0; m < heads.length; m++) {
            NDArray x =
                manager.create(
                    TrainingRun.batch(step, m), new Shape(TrainingRun.BATCH, TrainingRun.FEATURES));
            heads[m] = Activation.relu(x.matMul(first.get(m))).matMul(second.get(m));
          }
          Map<String, NDArray> inputs = Modalities.named(heads[0], heads[1], heads[2]);
          inputs.put("temperature", temperature);
          losses[step] = backward.loss(collector, inputs);
        }
        for (int i = 0; i < parameters.size(); i++) {
          NDArray parameter = parameters.get(i);
          adam.update(Integer.toString(i), parameter, parameter.getGradient());
        }
      }
    }
    return losses;
  }

  private static NDArray layer(NDManager manager, int modality, int number, int in, int out) {
    return manager.create(TrainingRun.weights(modality, number, in, out), new Shape(in, out));
  }
}
