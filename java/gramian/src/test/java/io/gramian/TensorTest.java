package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class TensorTest {
  @Test
  void wrappingAnArraySharesIt() {
    float[] values = {1, 2, 3, 4};
    Tensor tensor = Tensor.of(values, 2, 2);
    values[3] = 9;
    assertThat(tensor.toDoubles()).containsExactly(1, 2, 3, 9);
    tensor.copyFrom(new double[] {5, 6, 7, 8});
    assertThat(values).containsExactly(5, 6, 7, 8);
  }

  @Test
  void stridedTensorsKeepWhatLiesBetweenTheirRows() {
    float[] values = {1, 2, -1, 3, 4, -2};
    TensorSpec spec = TensorSpec.strided(DType.F32, new long[] {2, 2}, new long[] {3, 1});
    Tensor tensor = Tensor.of(MemorySegment.ofArray(values), spec);
    assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4);
    tensor.copyFrom(new float[] {10, 20, 30, 40});
    assertThat(values).containsExactly(10, 20, -1, 30, 40, -2);
  }

  @Test
  void valuesAreRoundedToTheElementType() {
    Tensor half = Tensor.zeros(TensorSpec.of(DType.F16, 2));
    half.copyFrom(new double[] {0.1, 70000});
    assertThat(half.toDoubles()[0]).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(0.1f)));
    assertThat(half.toDoubles()[1]).isInfinite();
    Tensor index = Tensor.zeros(TensorSpec.of(DType.I32, 2));
    index.copyFrom(new int[] {3, Integer.MIN_VALUE});
    assertThat(index.toInts()).containsExactly(3, Integer.MIN_VALUE);
  }

  @Test
  void aSegmentMustSpanTheSpec() {
    assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("24 bytes")
        .hasMessageContaining("20");
  }

  @Test
  void viewsShareMemoryAndStayInside() {
    float[] values = {0, 1, 2, 3, 4, 5};
    Tensor all = Tensor.of(values, 6);
    Tensor part = all.view(2, TensorSpec.of(DType.F32, 2, 2));
    assertThat(part.toFloats()).containsExactly(2, 3, 4, 5);
    assertThat(part.overlaps(all)).isTrue();
    assertThat(part.overlaps(all.view(0, TensorSpec.of(DType.F32, 2)))).isFalse();
    assertThat(part.overlaps(Tensor.of(new float[6], 6))).isFalse();
    assertThatThrownBy(() -> all.view(3, TensorSpec.of(DType.F32, 2, 2)))
        .isInstanceOf(ShapeException.class);
  }

  @Test
  void countsAndTypesAreChecked() {
    Tensor tensor = Tensor.of(new float[4], 2, 2);
    assertThatThrownBy(() -> tensor.copyFrom(new float[3]))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected 4 values");
    assertThatThrownBy(tensor::item).isInstanceOf(ShapeException.class);
    assertThatThrownBy(tensor::toInts).isInstanceOf(ShapeException.class);
  }

  @Test
  void ownedMemoryIsGivenBackOnce() {
    Tensor tensor = Device.open("reference").allocate(TensorSpec.of(DType.F32, 8));
    tensor.copyFrom(new float[8]);
    tensor.close();
    tensor.close();
    assertThatThrownBy(tensor::toFloats).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sharedMemoryIsGivenBackByTheLast() {
    int[] released = {0};
    Tensor tensor = Tensor.of(new float[2], 2).onClose(() -> released[0]++);
    Tensor share = tensor.share();
    tensor.close();
    tensor.close();
    assertThat(released[0]).isZero();
    assertThatThrownBy(tensor::share).isInstanceOf(ClosedException.class);
    share.close();
    assertThat(released[0]).isEqualTo(1);
    Tensor view = Tensor.of(new float[2], 2);
    assertThat(view.share()).isSameAs(view);
  }

  @Test
  void aReadOnlyTensorIsNotWritten() {
    float[] values = {1, 2};
    Tensor readOnly = Tensor.of(values, 2).asReadOnly();
    assertThat(readOnly.isReadOnly()).isTrue();
    assertThat(readOnly.toFloats()).containsExactly(1, 2);
    assertThatThrownBy(() -> readOnly.copyFrom(new float[2]))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("read-only");
  }
}
