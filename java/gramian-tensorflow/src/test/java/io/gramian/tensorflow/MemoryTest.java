package io.gramian.tensorflow;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.Device;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.testing.NativeMemory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.op.Op;

/** Training leaves no native memory behind. */
final class MemoryTest {
  private static final int BATCH = 64;

  @Test
  void tenThousandStepsLeaveNothingBehind() {
    Natives.require();
    assumeTrue(NativeMemory.isShown(), "this system shows no memory");
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device)) {
      ThreeHeads model = new ThreeHeads(graph);
      LossNode loss = LossNode.of(model.tf, new Contrastive(Similarity.volume()), model.inputs());
      Op train = new GradientDescent(graph, 1e-4f).minimize(loss.output());
      session.initialize();
      TrainingStep training = new TrainingStep(session, bridge, loss);
      Map<Operand<?>, Tensor> batch = model.batch(1, BATCH);
      NativeMemory.assertSteady(
          BATCH * ThreeHeads.D * Float.BYTES, _ -> training.run(batch, train));
      batch.values().forEach(Tensor::close);
    }
  }
}
