package io.gramian.tensorflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** A small model: three modalities, each with a head tanh(x W), and a learnable temperature. */
final class ThreeHeads {
  static final int BATCH = 24;
  static final int FEATURES = 10;
  static final int D = 16;

  final Ops tf;
  final List<Placeholder<TFloat32>> features = new ArrayList<>();
  final List<Variable<TFloat32>> weights = new ArrayList<>();
  final List<Operand<TFloat32>> embeddings = new ArrayList<>();
  final Operand<TFloat32> temperature;

  ThreeHeads(Graph graph) {
    tf = Ops.create(graph);
    Ops init = tf.withInitScope();
    for (int i = 0; i < 3; i++) {
      features.add(tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, FEATURES))));
      weights.add(init.variable(init.constant(Values.normal(i, FEATURES, D, 0.5))));
      embeddings.add(tf.math.tanh(tf.linalg.matMul(features.get(i), weights.get(i))));
    }
    // In hundredths, so that it moves slowly.
    temperature = tf.math.mul(tf.constant(0.01f), init.variable(init.constant(7f)));
  }

  /** The tensors of an op over anchors and tuples, with the temperature. */
  Map<String, Operand<?>> inputs() {
    Map<String, Operand<?>> inputs = new LinkedHashMap<>();
    inputs.put("anchor", embeddings.get(0));
    inputs.put("modality1", embeddings.get(1));
    inputs.put("modality2", embeddings.get(2));
    inputs.put("temperature", temperature);
    return inputs;
  }

  /** A batch of three modalities that have something in common; close its tensors. */
  Map<Operand<?>, Tensor> batch(long seed, int size) {
    float[][] common = Values.normal(seed, size, FEATURES, 1);
    Map<Operand<?>, Tensor> batch = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      float[][] own = Values.normal(31 * seed + i + 1, size, FEATURES, 0.2);
      for (int row = 0; row < size; row++) {
        for (int j = 0; j < FEATURES; j++) {
          own[row][j] += common[row][j];
        }
      }
      batch.put(features.get(i), Values.tensor(own));
    }
    return batch;
  }
}
