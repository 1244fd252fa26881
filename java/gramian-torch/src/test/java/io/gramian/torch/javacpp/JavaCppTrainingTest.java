package io.gramian.torch.javacpp;

import io.gramian.Outputs;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import io.gramian.torch.JavaCppBridge;
import io.gramian.torch.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** A training run with the bridge and one with the published expression have the same losses. */
final class JavaCppTrainingTest {
  @Test
  void theLossCurveIsThatOfThePublishedExpression() {
    new JavaCppStack().assumeNatives();
    Contrastive gram = new Contrastive(Similarity.volume());
    try (JavaCppBridge bridge = JavaCppBridge.open()) {
      double[] ours =
          train(
              inputs -> {
                try (Outputs<Tensor> result = bridge.backward(gram, inputs)) {
                  return result.loss();
                }
              });
      double[] published =
          train(
              inputs -> {
                Tensor loss = GramExpression.loss(inputs);
                loss.backward();
                return loss.item_float();
              });
      TrainingRun.assertSameCurve(ours, published);
    }
  }

  /** Losses of a run, given how a loss is computed and sent back through the networks. */
  private static double[] train(ToDoubleFunction<Map<String, Tensor>> backward) {
    double[] losses = new double[TrainingRun.STEPS];
    try (PointerScope _ = new PointerScope()) {
      List<Tensor> first = new ArrayList<>();
      List<Tensor> second = new ArrayList<>();
      for (int m = 0; m < TrainingRun.MODALITIES; m++) {
        first.add(layer(m, 1, TrainingRun.FEATURES, TrainingRun.HIDDEN));
        second.add(layer(m, 2, TrainingRun.HIDDEN, TrainingRun.OUTPUT));
      }
      Tensor temperature = torch.tensor(TrainingRun.TEMPERATURE).set_requires_grad(true);
      List<Tensor> parameters = new ArrayList<>(first);
      parameters.addAll(second);
      parameters.add(temperature);
      Adam adam =
          new Adam(
              new TensorVector(parameters.toArray(Tensor[]::new)),
              new AdamOptions(TrainingRun.LEARNING_RATE));
      for (int step = 0; step < losses.length; step++) {
        try (PointerScope _ = new PointerScope()) {
          Tensor[] heads = new Tensor[TrainingRun.MODALITIES];
          for (int m = 0; m < heads.length; m++) {
            Tensor x =
                torch
                    .tensor(TrainingRun.batch(step, m))
                    .reshape(TrainingRun.BATCH, TrainingRun.FEATURES);
            heads[m] = torch.matmul(torch.relu(torch.matmul(x, first.get(m))), second.get(m));
          }
          Map<String, Tensor> inputs = Modalities.named(heads[0], heads[1], heads[2]);
          inputs.put("temperature", temperature);
          adam.zero_grad();
          losses[step] = backward.applyAsDouble(inputs);
          adam.step();
        }
      }
    }
    return losses;
  }

  private static Tensor layer(int modality, int number, int in, int out) {
    return torch
        .tensor(TrainingRun.weights(modality, number, in, out))
        .reshape(in, out)
        .clone()
        .set_requires_grad(true);
  }
}
