package app;

import io.gramian.Device;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.tensorflow.LossNode;
import io.gramian.tensorflow.Outcome;
import io.gramian.tensorflow.TensorFlowBridge;
import io.gramian.tensorflow.TrainingStep;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A loss in a graph of TensorFlow that is known on paper, and a gradient by the graph. */
public final class Main {
  private Main() {}

  /** The argument says on which path this runs. */
  public static void main(String[] args) {
    boolean modular =
        LossNode.class.getModule().isNamed() && TensorFlow.class.getModule().isNamed();
    require(modular == args[0].equals("module path"), "not on the " + args[0]);
    try (Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device);
        Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> words = tf.constant(new float[][] {{1, 0}, {0, 2}});
      Operand<TFloat32> pictures = tf.constant(new float[][] {{3, 0}, {0, 1}});
      // A word and its picture span no area, a word and the other picture a unit square.
      Contrastive gram = new Contrastive(Similarity.volume()).temperature(1).labelSmoothing(0);
      LossNode node = LossNode.contrastive(tf, gram, words, pictures);
      Output<?>[] gradients = graph.addGradients(node.output(), new Output<?>[] {words.asOutput()});
      TrainingStep step = new TrainingStep(session, bridge, node);
      try (Outcome outcome = step.run(Map.of(), List.of(gradients[0]))) {
        double loss = outcome.losses()[0];
        System.out.printf("%s: loss %.6f%n", args[0], loss);
        require(Math.abs(loss - Math.log1p(Math.exp(-1))) < 1e-6, "loss");
        require(bridge.view(outcome.fetched(0)).toFloats().length == 4, "gradient");
      }
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
