package io.gramian.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors in and out without a copy, and what happens to those that do not fit. */
public abstract class ViewContract<T> {
  private static final Loss GRAM = new Contrastive(Similarity.volume());

  private final Stack<T> stack;
  private TorchBridge<T> bridge;
  private Session<T> session;

  protected ViewContract(Stack<T> stack) {
    this.stack = stack;
  }

  @BeforeEach
  final void open() {
    stack.assumeNatives();
    bridge = stack.open(null);
    session = stack.session();
  }

  @org.junit.jupiter.api.AfterEach
  final void close() {
    if (bridge != null) {
      session.close();
      bridge.close();
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  final void aViewIsTheTensorsOwnMemory(DType dtype) {
    T tensor = session.tensor(dtype, new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor view = bridge.view(tensor);
    assertThat(view.address()).isEqualTo(session.address(tensor));
    assertThat(view.place()).isEqualTo(Place.HOST);
    assertThat(view.spec()).isEqualTo(TensorSpec.of(dtype, 2, 3));
    assertThat(view.toDoubles()).containsExactly(1, 2, 3, 4, 5, 6);
    if (dtype == DType.I32) {
      view.copyFrom(new int[] {6, 5, 4, 3, 2, 1});
    } else {
      view.copyFrom(new double[] {6, 5, 4, 3, 2, 1});
    }
    assertThat(session.values(tensor)).containsExactly(6, 5, 4, 3, 2, 1);
  }

  @Test
  final void resultsAreWrittenWhereTheStackReadsThem() {
    Outputs<T> result = bridge.lossAndGradients(GRAM, session.tuples(DType.F32, 4, 3, 2));
    result
        .asMap()
        .forEach(
            (name, tensor) ->
                assertThat(bridge.view(tensor).address())
                    .as(name)
                    .isEqualTo(session.address(tensor)));
  }

  @Test
  final void aSliceIsViewedWithItsStrides() {
    T matrix = session.tensor(DType.F32, Values.normal(1, 60), 6, 10);
    Tensor view = bridge.view(session.everyOtherRow(session.columns(matrix, 2, 5)));
    assertThat(view.spec())
        .isEqualTo(TensorSpec.strided(DType.F32, new long[] {3, 3}, new long[] {20, 1}));
    assertThat(view.address()).isEqualTo(session.address(matrix) + 2 * Float.BYTES);
  }

  @Test
  final void dimensionsOfOneElementMayHaveAnyStride() {
    T column = session.transposed(session.tensor(DType.F32, new float[] {1, 2, 3}, 1, 3));
    Tensor view = bridge.view(session.transposed(session.columns(column, 0, 1)));
    assertThat(view.spec()).isEqualTo(TensorSpec.of(DType.F32, 1, 3));
    T single = session.columns(session.tensor(DType.F32, new float[] {1, 2, 3, 4}, 2, 2), 0, 1);
    assertThat(bridge.view(single).spec())
        .isEqualTo(TensorSpec.strided(DType.F32, new long[] {2, 1}, new long[] {2, 1}));
  }

  @Test
  final void rowsThatAreNotDenseAreAnErrorThatSaysWhatToDo() {
    Map<String, T> inputs = session.tuples(DType.F32, 4, 4, 1);
    inputs.put("modality1", session.transposed(inputs.get("modality1")));
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, inputs))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'modality1' has shape [4, 4] and strides [1, 4]")
        .hasMessageContaining("makes a dense copy");
    T row = session.tensor(DType.F32, Values.normal(1, 4), 1, 4);
    inputs.put("modality1", session.repeated(row, 4));
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, inputs))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("strides [0, 1]");
  }

  @Test
  final void otherElementTypesAreAnErrorThatNamesThem() {
    Map<String, T> inputs = session.tuples(DType.F32, 4, 3, 1);
    inputs.put("labels", session.longs(0, 1, 2, 3));
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, inputs))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'labels' has element type int64")
        .hasMessageContaining("labels are i32");
  }

  @Test
  final void mixedTypesShapesAndNamesAreErrorsOfTheOp() {
    Map<String, T> mixed = session.tuples(DType.F32, 4, 3, 1);
    mixed.put("modality1", session.tensor(DType.BF16, Values.normal(1, 12), 4, 3));
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, mixed))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("modality1");
    Map<String, T> wide = session.tuples(DType.F32, 4, 3, 1);
    wide.put("modality1", session.tensor(DType.F32, Values.normal(1, 16), 4, 4));
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, wide))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'modality1' has shape [4, 4]");
    Map<String, T> unknown = session.tuples(DType.F32, 4, 3, 1);
    unknown.put("tau", session.scalar(1));
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, unknown))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("unknown input 'tau'");
    assertThatThrownBy(() -> bridge.run(GRAM, Map.of(), List.of("loss")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input anchor");
  }

  @Test
  final void whatHasNoGradientIsAnErrorThatSaysWhy() {
    T plain = session.tensor(DType.F32, Values.normal(1, 12), 4, 3);
    T other = session.tensor(DType.F32, Values.normal(2, 12), 4, 3);
    assertThatThrownBy(() -> session.backward(bridge, GRAM, Modalities.named(plain, other)).close())
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("none of the inputs [anchor, modality1] requires a gradient");
  }

  @Test
  final void closedThingsSaySoAndCloseTwice() {
    T tensor = session.tensor(DType.F32, Values.normal(1, 12), 4, 3);
    Outputs<T> result = bridge.lossAndGradients(GRAM, session.tuples(DType.F32, 4, 3, 1));
    session.close(tensor);
    assertThatThrownBy(() -> bridge.view(tensor)).isInstanceOf(ClosedException.class);
    result.close();
    result.close();
    assertThatThrownBy(result::loss).isInstanceOf(ClosedException.class);
    bridge.close();
    bridge.close();
    assertThatThrownBy(() -> bridge.view(tensor)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bridge.lossAndGradients(GRAM, session.tuples(DType.F32, 4, 3, 1)))
        .isInstanceOf(ClosedException.class);
  }

  @Test
  final void aGivenDeviceIsUsedAndStaysOpen() {
    Map<String, T> inputs = session.tuples(DType.F64, 4, 3, 1);
    try (Device reference = Device.open("reference")) {
      try (TorchBridge<T> exact = stack.open(reference)) {
        Outputs<T> result = exact.lossAndGradients(GRAM, inputs);
        assertThat(exact.view(result.get("loss")).dtype()).isEqualTo(DType.F64);
        assertThat(exact.view(result.get("grad_anchor")).dtype()).isEqualTo(DType.F64);
        assertThat(exact.stream(inputs.get("anchor")).handle()).isZero();
      }
      try (TorchBridge<T> again = stack.open(reference)) {
        assertThat(again.lossAndGradients(GRAM, inputs).loss()).isFinite();
      }
    }
  }
}
