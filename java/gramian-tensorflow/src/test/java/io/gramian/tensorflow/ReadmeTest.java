package io.gramian.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.testing.Snippets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** The code of the README, run; the README has it word by word. */
final class ReadmeTest {
  @Test
  void trains() {
    Natives.require();
    int steps = 30;
    TFloat32 texts = Values.tensor(Values.normal(1, 32, 20, 1));
    TFloat32 images = Values.tensor(Values.normal(2, 32, 20, 1));
    TFloat32 sounds = Values.tensor(Values.normal(3, 32, 20, 1));
    List<Double> losses = new ArrayList<>();

    // readme:begin
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> text = tf.placeholder(TFloat32.class);
      Placeholder<TFloat32> image = tf.placeholder(TFloat32.class);
      Placeholder<TFloat32> sound = tf.placeholder(TFloat32.class);
      LossNode gram =
          LossNode.contrastive(
              tf,
              new Contrastive(Similarity.volume()),
              head(tf, text, 1),
              head(tf, image, 2),
              head(tf, sound, 3));
      Op train = new Adam(graph, 0.01f).minimize(gram.output());
      session.initialize();

      TrainingStep step = new TrainingStep(session, bridge, gram);
      for (int i = 0; i < steps; i++) {
        double[] loss = step.run(Map.of(text, texts, image, images, sound, sounds), train);
        losses.add(loss[0]);
      }
    }
    // readme:end

    assertThat(losses.getLast()).isLessThan(0.7 * losses.getFirst());
    texts.close();
    images.close();
    sounds.close();
  }

  private static Operand<TFloat32> head(Ops tf, Operand<TFloat32> features, long seed) {
    Ops init = tf.withInitScope();
    Operand<TFloat32> weights = init.variable(init.constant(Values.normal(seed, 20, 32, 0.2)));
    return tf.linalg.matMul(features, weights);
  }

  @Test
  void isWhatTheReadmeShows() {
    Snippets.assertShown(
        Path.of("README.md"), Path.of("src/test/java/io/gramian/tensorflow/ReadmeTest.java"));
  }
}
