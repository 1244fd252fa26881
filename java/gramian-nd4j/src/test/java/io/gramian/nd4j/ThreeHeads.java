package io.gramian.nd4j;

import io.gramian.op.Modalities;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** A small model: three modalities, each with a head tanh(x W), and a learnable temperature. */
final class ThreeHeads {
  static final int FEATURES = 10;
  static final int D = 16;

  final SameDiff sd = SameDiff.create();
  final List<SDVariable> embeddings = new ArrayList<>();
  final SDVariable temperature;

  ThreeHeads() {
    for (int i = 0; i < 3; i++) {
      SDVariable x = sd.placeHolder("x" + i, DataType.FLOAT, -1, FEATURES);
      SDVariable w = sd.var("w" + i, normal(i, FEATURES, D, 0.5));
      embeddings.add(sd.math().tanh("e" + i, x.mmul(w)));
    }
    // In hundredths, so that it moves slowly.
    temperature = sd.var("hundredths", Nd4j.scalar(7f)).mul("temperature", 0.01);
  }

  /** The tensors of an op over anchors and tuples, with the temperature. */
  Map<String, SDVariable> inputs() {
    Map<String, SDVariable> inputs =
        Modalities.named(embeddings.get(0), embeddings.get(1), embeddings.get(2));
    inputs.put("temperature", temperature);
    return inputs;
  }

  /** Trains the variables with {@code fit}. */
  void minimize(SDVariable loss, IUpdater updater) {
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .minimize(loss.name())
            .updater(updater)
            .dataSetFeatureMapping("x0", "x1", "x2")
            .markLabelsUnused()
            .build());
  }

  /** Three modalities that have something in common. */
  static INDArray[] batch(long seed, int size) {
    INDArray common = normal(seed, size, FEATURES, 1);
    INDArray[] batch = new INDArray[3];
    for (int i = 0; i < 3; i++) {
      batch[i] = normal(31 * seed + i + 1, size, FEATURES, 0.2).addi(common);
    }
    return batch;
  }

  static MultiDataSet dataSet(INDArray[] batch) {
    return new MultiDataSet(batch, null);
  }

  static Map<String, INDArray> placeholders(INDArray[] batch) {
    Map<String, INDArray> placeholders = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      placeholders.put("x" + i, batch[i]);
    }
    return placeholders;
  }

  static INDArray normal(long seed, int rows, int columns, double scale) {
    Random random = new Random(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return Nd4j.createFromArray(values).reshape(rows, columns);
  }
}
