package io.gramian.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.Similarity;
import io.gramian.op.Volume;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

final class Nd4jBridgeTest {
  private Device device;
  private Nd4jBridge bridge;

  @BeforeAll
  static void natives() {
    Natives.require();
  }

  @BeforeEach
  void open() {
    device = Device.open("cpu");
    bridge = new Nd4jBridge(device);
  }

  @AfterEach
  void close() {
    bridge.close();
    device.close();
  }

  @Test
  void aViewIsTheMemoryOfTheArrayAtItsOffset() {
    INDArray array = ThreeHeads.normal(1, 6, 8, 1);
    INDArray part = array.get(NDArrayIndex.interval(1, 5), NDArrayIndex.interval(2, 7));
    INDArray inner = part.get(NDArrayIndex.interval(1, 3), NDArrayIndex.interval(1, 3));
    Tensor view = bridge.view(inner);
    assertThat(view.address() - bridge.view(array).address()).isEqualTo((2 * 8 + 3) * 4);
    assertThat(view.spec().strides()).containsExactly(8, 1);
    view.copyFrom(new float[] {-1, -2, -3, -4});
    assertThat(array.getFloat(3, 4)).isEqualTo(-4);
    array.putScalar(2, 3, 42);
    assertThat(view.toFloats()).containsExactly(42, -2, -3, -4);
    assertThat(bridge.view(array.getRow(3)).toFloats()[4]).isEqualTo(-4);
    assertThat(bridge.view(Nd4j.scalar(5.0)).spec().toString()).isEqualTo("f64[]");
  }

  @Test
  void resultsAreWrittenIntoGivenArrays() {
    INDArray vectors = Nd4j.zeros(DataType.FLOAT, 4, 2, 2);
    vectors.putScalar(new int[] {1, 0, 0}, 3);
    INDArray all = Nd4j.zeros(DataType.FLOAT, 4, 5, 2);
    INDArray gram = all.get(NDArrayIndex.all(), NDArrayIndex.interval(2, 4), NDArrayIndex.all());
    bridge.run(new Gram(), Map.of("vectors", vectors), Map.of("gram", gram));
    assertThat(all.getFloat(1, 2, 0)).isEqualTo(9);
    assertThat(all.sumNumber().floatValue()).isEqualTo(9);
  }

  @Test
  void gradientsOfAnOpWithoutALossTakeUpstreamGradients() {
    try (Device reference = Device.open("reference");
        Nd4jBridge exact = new Nd4jBridge(reference)) {
      Map<String, INDArray> inputs = new HashMap<>();
      inputs.put("vectors", Nd4j.createFromArray(new double[][][] {{{2, 0}, {0, 3}}}));
      inputs.put("grad_volume", Nd4j.createFromArray(10.0));
      Outputs<INDArray> result = exact.run(new Volume(), inputs, List.of("volume", "grad_vectors"));
      assertThat(result.get("volume").getDouble(0)).isEqualTo(6);
      assertThat(result.get("grad_vectors").dataType()).isEqualTo(DataType.DOUBLE);
      assertThat(result.get("grad_vectors").dup().data().asDouble()).containsExactly(30, 0, 0, 20);
    }
  }

  @Test
  void gradientsHaveTheElementTypeOfTheirInput() {
    for (DataType type : List.of(DataType.FLOAT16, DataType.BFLOAT16)) {
      Map<String, INDArray> inputs = new HashMap<>();
      inputs.put("anchor", ThreeHeads.normal(1, 3, 4, 1).castTo(type));
      inputs.put("modality1", ThreeHeads.normal(2, 3, 4, 1).castTo(type));
      inputs.put("labels", Nd4j.createFromArray(2, 1, 0));
      inputs.put("temperature", Nd4j.scalar(0.1f));
      Outputs<INDArray> result =
          bridge.run(
              new Contrastive(Similarity.cosine()),
              inputs,
              List.of("loss", "grad_anchor", "grad_temperature"));
      assertThat(result.get("loss").dataType()).isEqualTo(DataType.FLOAT);
      assertThat(result.get("grad_anchor").dataType()).isEqualTo(type);
      assertThat(result.get("grad_temperature").dataType()).isEqualTo(DataType.FLOAT);
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Contrastive op = new Contrastive(Similarity.cosine());
    INDArray anchor = ThreeHeads.normal(1, 3, 4, 1);
    List<String> loss = List.of("loss");
    assertThatThrownBy(
            () ->
                bridge.run(
                    op, Map.of("anchor", anchor, "modality1", ThreeHeads.normal(1, 3, 5, 1)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'modality1' has shape [3, 5]");
    assertThatThrownBy(
            () -> bridge.run(op, Map.of("anchor", anchor, "modality1", anchor.dup('f')), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'modality1' has order 'f'")
        .hasMessageContaining("dup('c')");
    assertThatThrownBy(() -> bridge.view(anchor.transpose())).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> bridge.view(Nd4j.createFromArray(0L, 1L)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("has element type LONG")
        .hasMessageContaining("labels are INT32");
    assertThatThrownBy(
            () -> bridge.run(op, Map.of("anchor", anchor, "modality1", anchor), List.of("x")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("unknown output 'x'");
  }
}
