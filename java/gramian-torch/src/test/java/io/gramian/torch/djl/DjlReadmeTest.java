package io.gramian.torch.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.gramian.Outputs;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.DjlBridge;
import io.gramian.torch.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The code of the README. */
final class DjlReadmeTest {
  private static final int BATCH = 32;
  private static final int FEATURES = 12;

  private final List<NDArray> weights = new ArrayList<>();
  private final Optimizer adam =
      Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-2f)).build();

  @Test
  void trains() {
    new DjlStack().assumeNatives();
    Engine engine = Engine.getEngine("PyTorch");
    int steps = 30;
    List<Double> losses = new ArrayList<>();
    try (NDManager manager = engine.newBaseManager()) {
      for (int m = 0; m < 3; m++) {
        NDArray weight = array(manager, 10 + m, FEATURES, 16);
        weight.setRequiresGradient(true);
        weights.add(weight);
      }

      // readme:begin
      Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.1);
      try (DjlBridge bridge = DjlBridge.open()) {
        for (int i = 0; i < steps; i++) {
          try (NDManager scope = manager.newSubManager()) { // frees what the step makes
            try (GradientCollector collector = engine.newGradientCollector()) {
              Map<String, NDArray> inputs =
                  Modalities.named(texts(scope), images(scope), sounds(scope));
              Outputs<NDArray> result = bridge.backward(collector, gram, inputs);
              losses.add(result.loss());
            }
            step();
          }
        }
      }
      // readme:end
    }

    assertThat(losses.getLast()).isLessThan(0.7 * losses.getFirst());
  }

  private NDArray texts(NDManager manager) {
    return array(manager, 1, BATCH, FEATURES).matMul(weights.get(0));
  }

  private NDArray images(NDManager manager) {
    return array(manager, 2, BATCH, FEATURES).matMul(weights.get(1));
  }

  private NDArray sounds(NDManager manager) {
    return array(manager, 3, BATCH, FEATURES).matMul(weights.get(2));
  }

  private void step() {
    for (NDArray weight : weights) {
      adam.update(weight.getUid(), weight, weight.getGradient());
      weight.getGradient().subi(weight.getGradient());
    }
  }

  private static NDArray array(NDManager manager, int seed, int rows, int columns) {
    return manager.create(Values.normal(seed, rows * columns), new Shape(rows, columns));
  }
}
