package io.gramian.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

final class TrainingStepTest {
  private static final int STEPS = 100;
  private static final int LAST_BATCH = 17;
  private static final float RATE = 0.5f;

  @BeforeAll
  static void natives() {
    Natives.require();
  }

  @Test
  void trainsAsTheStacksOwnAutogradOfThePublishedExpression() {
    double[] expected = trainExpression();
    double[] actual = trainLossNode();
    assertThat(expected[STEPS - 1]).isLessThan(0.7 * expected[0]);
    for (int step = 0; step < STEPS; step++) {
      assertThat(actual[step]).as("step %d", step).isCloseTo(expected[step], within(1e-4));
    }
  }

  private static double[] trainExpression() {
    double[] losses = new double[STEPS];
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      ThreeHeads model = new ThreeHeads(graph);
      List<Operand<TFloat32>> e = model.embeddings;
      Operand<TFloat32> loss =
          new GramExpression(model.tf).loss(e.get(0), e.get(1), e.get(2), model.temperature);
      Op train = new GradientDescent(graph, RATE).minimize(loss);
      session.initialize();
      for (int step = 0; step < STEPS; step++) {
        Map<Operand<?>, Tensor> batch = model.batch(step % 10, size(step));
        Session.Runner runner = session.runner();
        batch.forEach((operand, tensor) -> runner.feed(operand, tensor));
        try (Result result = runner.fetch(loss).addTarget(train).run()) {
          losses[step] = ((TFloat32) result.get(0)).getFloat();
        }
        batch.values().forEach(Tensor::close);
      }
    }
    return losses;
  }

  private static double[] trainLossNode() {
    double[] losses = new double[STEPS];
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device)) {
      ThreeHeads model = new ThreeHeads(graph);
      LossNode loss = LossNode.of(model.tf, new Contrastive(Similarity.volume()), model.inputs());
      Op train = new GradientDescent(graph, RATE).minimize(loss.output());
      session.initialize();
      TrainingStep training = new TrainingStep(session, bridge, loss);
      for (int step = 0; step < STEPS; step++) {
        Map<Operand<?>, Tensor> batch = model.batch(step % 10, size(step));
        losses[step] = training.run(batch, train)[0];
        batch.values().forEach(Tensor::close);
      }
    }
    return losses;
  }

  /** Some batches are smaller than the others. */
  private static int size(int step) {
    return step % 5 == 4 ? LAST_BATCH : ThreeHeads.BATCH;
  }

  @Test
  void gradientsAreScaledAndAddedByTheGraph() {
    Contrastive volume = new Contrastive(Similarity.volume());
    Contrastive cosine = new Contrastive(Similarity.cosine()).temperature(0.2);
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device)) {
      ThreeHeads model = new ThreeHeads(graph);
      Ops tf = model.tf;
      List<Operand<TFloat32>> e = model.embeddings;
      LossNode first = LossNode.contrastive(tf, volume, e.get(0), e.get(1), e.get(2));
      LossNode second = LossNode.contrastive(tf, cosine, e.get(1), e.get(2));
      Operand<TFloat32> total =
          tf.math.add(
              tf.math.mul(tf.constant(3f), first.output()), tf.math.square(second.output()));
      Output<?>[] gradients =
          graph.addGradients(
              total.asOutput(), new Output<?>[] {e.get(0).asOutput(), e.get(1).asOutput()});
      session.initialize();
      Map<Operand<?>, Tensor> batch = model.batch(7, 19);
      List<Operand<?>> fetches =
          List.of(total, gradients[0], gradients[1], e.get(0), e.get(1), e.get(2));
      TrainingStep training = new TrainingStep(session, bridge, first, second);
      try (Outcome outcome = training.run(batch, fetches)) {
        Bindings tuple =
            Bindings.of("anchor", bridge.view(outcome.fetched(3)))
                .with("modality1", bridge.view(outcome.fetched(4)))
                .with("modality2", bridge.view(outcome.fetched(5)));
        Bindings pair =
            Bindings.of("anchor", tuple.get("modality1")).with("modality1", tuple.get("modality2"));
        Bindings v =
            volume.evaluate(device, tuple, Set.of("loss", "grad_anchor", "grad_modality1"));
        Bindings c = cosine.evaluate(device, pair, Set.of("loss", "grad_anchor"));
        double vLoss = v.get("loss").item();
        double cLoss = c.get("loss").item();
        assertThat(outcome.losses()).containsExactly(vLoss, cLoss);
        assertThat(bridge.view(outcome.fetched(0)).item())
            .isCloseTo(3 * vLoss + cLoss * cLoss, within(1e-5));
        double[] byAnchor = bridge.view(outcome.fetched(1)).toDoubles();
        double[] byModality = bridge.view(outcome.fetched(2)).toDoubles();
        double[] v0 = v.get("grad_anchor").toDoubles();
        double[] v1 = v.get("grad_modality1").toDoubles();
        double[] c1 = c.get("grad_anchor").toDoubles();
        for (int i = 0; i < v0.length; i++) {
          assertThat(byAnchor[i]).isCloseTo(3 * v0[i], within(1e-6));
          assertThat(byModality[i]).isCloseTo(3 * v1[i] + 2 * cLoss * c1[i], within(1e-6));
        }
      }
      batch.values().forEach(Tensor::close);
    }
  }

  @Test
  void theForwardPassIsComputedOnceSoThatDropoutFits() {
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device)) {
      ThreeHeads model = new ThreeHeads(graph);
      Ops tf = model.tf;
      Operand<TFloat32> mask =
          tf.stopGradient(
              tf.math.ceil(
                  tf.math.sub(
                      tf.random.randomUniform(tf.shape(model.embeddings.get(0)), TFloat32.class),
                      tf.constant(0.5f))));
      Operand<TFloat32> dropped = tf.math.mul(model.embeddings.get(0), mask);
      LossNode loss =
          LossNode.contrastive(
              tf, new Contrastive(Similarity.volume()), dropped, model.embeddings.get(1));
      Output<?>[] gradients =
          graph.addGradients(
              loss.output(),
              new Output<?>[] {dropped.asOutput(), model.embeddings.get(0).asOutput()});
      session.initialize();
      TrainingStep training = new TrainingStep(session, bridge, loss);
      Map<Operand<?>, Tensor> batch = model.batch(3, 16);
      try (Outcome outcome = training.run(batch, List.of(mask, gradients[0], gradients[1]))) {
        double[] m = bridge.view(outcome.fetched(0)).toDoubles();
        double[] after = bridge.view(outcome.fetched(1)).toDoubles();
        double[] before = bridge.view(outcome.fetched(2)).toDoubles();
        assertThat(m).contains(-0.0, 1); // ceil of (-0.5, 0] is -0
        for (int i = 0; i < m.length; i++) {
          assertThat(before[i]).isEqualTo(after[i] * m[i]);
        }
        assertThat(after).doesNotContain(0);
      }
      batch.values().forEach(Tensor::close);
    }
  }
}
