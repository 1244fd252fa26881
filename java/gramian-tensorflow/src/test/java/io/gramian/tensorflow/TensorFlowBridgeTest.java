package io.gramian.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.Similarity;
import io.gramian.op.Volume;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

final class TensorFlowBridgeTest {
  private Device device;
  private TensorFlowBridge bridge;

  @BeforeAll
  static void natives() {
    Natives.require();
  }

  @BeforeEach
  void open() {
    device = Device.open("cpu");
    bridge = new TensorFlowBridge(device);
  }

  @AfterEach
  void close() {
    bridge.close();
    device.close();
  }

  @Test
  void aViewIsTheMemoryOfTheTensor() {
    try (TFloat32 tensor = Values.tensor(Values.normal(1, 3, 5, 1))) {
      Tensor view = bridge.view(tensor);
      assertThat(view.spec().toString()).isEqualTo("f32[3, 5]");
      view.copyFrom(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14});
      assertThat(tensor.getFloat(2, 3)).isEqualTo(13);
      tensor.setFloat(-1, 1, 0);
      assertThat(view.toFloats()[5]).isEqualTo(-1);
    }
  }

  @Test
  void theSessionReadsWhatAnOpWroteInItsPlace() {
    // New tensors hold whatever their memory held.
    try (TFloat32 vectors =
            TFloat32.tensorOf(
                Shape.of(4, 2, 2),
                t -> {
                  t.scalars().forEach(scalar -> scalar.setFloat(0));
                  t.setFloat(3, 1, 0, 0);
                });
        Outputs<org.tensorflow.Tensor> result =
            bridge.run(new Gram(), Map.of("vectors", vectors), List.of("gram"));
        Graph graph = new Graph();
        Session session = new Session(graph)) {
      assertThat(((TFloat32) result.get("gram")).getFloat(1, 0, 0)).isEqualTo(9);
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> placeholder = tf.placeholder(TFloat32.class);
      try (Result fetched =
          session
              .runner()
              .feed(placeholder, result.get("gram"))
              .fetch(tf.identity(placeholder))
              .run()) {
        assertThat(bridge.view(fetched.get(0)).address())
            .isEqualTo(bridge.view(result.get("gram")).address());
      }
    }
  }

  @Test
  void gradientsOfAnOpWithoutALossTakeUpstreamGradients() {
    try (TFloat64 vectors = TFloat64.tensorOf(Shape.of(1, 2, 2));
        TFloat64 upstream = TFloat64.vectorOf(10);
        Device reference = Device.open("reference");
        TensorFlowBridge exact = new TensorFlowBridge(reference)) {
      exact.view(vectors).copyFrom(new double[] {2, 0, 0, 3});
      Map<String, TType> inputs = Map.of("vectors", vectors, "grad_volume", upstream);
      try (Outputs<org.tensorflow.Tensor> result =
          exact.run(new Volume(), inputs, List.of("volume", "grad_vectors"))) {
        assertThat(exact.view(result.get("volume")).item()).isEqualTo(6);
        assertThat(result.get("grad_vectors")).isInstanceOf(TFloat64.class);
        assertThat(exact.view(result.get("grad_vectors")).toDoubles())
            .containsExactly(30, 0, 0, 20);
      }
    }
  }

  @Test
  void gradientsHaveTheElementTypeOfTheirInput() {
    try (TBfloat16 anchor = TBfloat16.tensorOf(Shape.of(3, 4), t -> t.setFloat(1, 0, 1));
        TBfloat16 modality = TBfloat16.tensorOf(Shape.of(3, 4), t -> t.setFloat(1, 0, 2));
        TInt32 labels = TInt32.vectorOf(2, 1, 0);
        TFloat32 temperature = TFloat32.scalarOf(0.1f);
        Outputs<org.tensorflow.Tensor> result =
            bridge.run(
                new Contrastive(Similarity.cosine()),
                Map.of(
                    "anchor", anchor,
                    "modality1", modality,
                    "labels", labels,
                    "temperature", temperature),
                List.of("loss", "grad_anchor", "grad_temperature"))) {
      assertThat(bridge.view(result.get("loss")).dtype()).isEqualTo(DType.F32);
      assertThat(bridge.view(result.get("grad_anchor")).dtype()).isEqualTo(DType.BF16);
      assertThat(bridge.view(result.get("grad_temperature")).dtype()).isEqualTo(DType.F32);
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    try (TFloat32 anchor = TFloat32.tensorOf(Shape.of(3, 4));
        TFloat32 modality = TFloat32.tensorOf(Shape.of(3, 5));
        TInt64 labels = TInt64.vectorOf(0, 1, 2);
        TFloat32 empty = TFloat32.tensorOf(Shape.of(0, 4))) {
      Contrastive op = new Contrastive(Similarity.cosine());
      List<String> loss = List.of("loss");
      assertThatThrownBy(
              () -> bridge.run(op, Map.of("anchor", anchor, "modality1", modality), loss))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("'modality1' has shape [3, 5]");
      assertThatThrownBy(() -> bridge.run(op, Map.of("anchor", anchor, "labels", labels), loss))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("'labels' has element type DT_INT64")
          .hasMessageContaining("labels are DT_INT32");
      assertThatThrownBy(() -> bridge.run(op, Map.of("anchor", empty, "modality1", empty), loss))
          .isInstanceOf(ShapeException.class);
      assertThatThrownBy(
              () -> bridge.run(op, Map.of("anchor", anchor, "modality1", anchor), List.of("x")))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("unknown output 'x'");
    }
  }
}
