package io.gramian.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ShapeException;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.IdentityN;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

final class LossNodeTest {
  private final Contrastive cosine = new Contrastive(Similarity.cosine());
  private Graph graph;
  private Session session;
  private Ops tf;

  @BeforeAll
  static void natives() {
    Natives.require();
  }

  @BeforeEach
  void open() {
    graph = new Graph();
    session = new Session(graph);
    tf = Ops.create(graph);
  }

  @AfterEach
  void close() {
    session.close();
    graph.close();
  }

  @Test
  void aPlainRunSaysWhatIsMissing() {
    Operand<TFloat32> x = tf.constant(Values.normal(1, 4, 3, 1));
    LossNode loss = LossNode.contrastive(tf, cosine, x, x);
    assertThatThrownBy(() -> session.runner().fetch(loss.output()).run().close())
        .isInstanceOf(TFInvalidArgumentException.class)
        .hasMessageContaining("You must feed a value for placeholder tensor")
        .hasMessageContaining("gramian_contrastive/");
  }

  @Test
  void otherNodesOfTheSameTypeHaveTheGradientOfTheIdentity() {
    LossNode.contrastive(tf, cosine, tf.constant(new float[2][2]), tf.constant(new float[2][2]));
    Operand<TFloat32> x = tf.constant(2f);
    Operand<TFloat32> y = tf.constant(5f);
    IdentityN both = tf.identityN(List.of(x, y));
    Output<TFloat32> first = both.op().output(0);
    Output<TFloat32> second = both.op().output(1);
    Output<?>[] gradients =
        graph.addGradients(
            tf.math.mul(first, second).asOutput(), new Output<?>[] {x.asOutput(), y.asOutput()});
    try (Result result = session.runner().fetch(gradients[0]).fetch(gradients[1]).run()) {
      assertThat(((TFloat32) result.get(0)).getFloat()).isEqualTo(5);
      assertThat(((TFloat32) result.get(1)).getFloat()).isEqualTo(2);
    }
  }

  @Test
  void placeholdersOfBfloat16AndUnknownShapeCanBeInputs() {
    Placeholder<TBfloat16> a = tf.placeholder(TBfloat16.class);
    Placeholder<TBfloat16> b = tf.placeholder(TBfloat16.class);
    LossNode loss = LossNode.contrastive(tf, cosine, a, b);
    Output<?>[] gradients = graph.addGradients(loss.output(), new Output<?>[] {a.asOutput()});
    try (TBfloat16 x = TBfloat16.tensorOf(Values.tensor(Values.normal(1, 5, 8, 1)));
        TBfloat16 y = TBfloat16.tensorOf(Values.tensor(Values.normal(2, 5, 8, 1)));
        Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device)) {
      TrainingStep step = new TrainingStep(session, bridge, loss);
      try (Outcome outcome = step.run(Map.of(a, x, b, y), List.of(gradients[0]));
          Outputs<org.tensorflow.Tensor> expected =
              bridge.run(
                  cosine, Map.of("anchor", x, "modality1", y), List.of("loss", "grad_anchor"))) {
        assertThat(outcome.losses()[0]).isEqualTo(bridge.view(expected.get("loss")).item());
        assertThat(bridge.view(outcome.fetched(0)).toDoubles())
            .isEqualTo(bridge.view(expected.get("grad_anchor")).toDoubles());
      }
    }
  }

  @Test
  void shapesAreCheckedWhenTheStepIsRun() {
    Placeholder<TFloat32> a = tf.placeholder(TFloat32.class);
    Placeholder<TFloat32> b = tf.placeholder(TFloat32.class);
    LossNode loss = LossNode.contrastive(tf, cosine, a, b);
    try (TFloat32 x = Values.tensor(Values.normal(1, 5, 8, 1));
        TFloat32 y = Values.tensor(Values.normal(1, 5, 7, 1));
        Device device = Device.open("cpu");
        TensorFlowBridge bridge = new TensorFlowBridge(device)) {
      TrainingStep step = new TrainingStep(session, bridge, loss);
      assertThatThrownBy(() -> step.run(Map.of(a, x, b, y)))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("'modality1' has shape [5, 7]");
    }
  }

  @Test
  void whatCannotBecomeALossIsRefused() {
    Operand<TFloat32> x = tf.constant(Values.normal(1, 4, 3, 1));
    Operand<TInt64> labels = tf.constant(new long[] {0, 1, 2, 3});
    assertThatThrownBy(() -> LossNode.of(tf, cosine, Map.of("anchor", x)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input modality1");
    assertThatThrownBy(
            () -> LossNode.of(tf, cosine, Map.of("anchor", x, "modality1", x, "bias", x)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("unknown input 'bias'");
    assertThatThrownBy(
            () -> LossNode.of(tf, cosine, Map.of("anchor", x, "modality1", x, "labels", labels)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("DT_INT64");
  }
}
