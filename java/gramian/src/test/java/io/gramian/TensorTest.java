package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
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
    assertThat(tensor.toDoubles()).containsExactly(10, 20, 30, 40);
    tensor.copyFrom(new double[] {5, 6, 7, 8});
    assertThat(values).containsExactly(5, 6, -1, 7, 8, -2);

    int[] counts = {1, 2, -1, 3, 4};
    TensorSpec whole = TensorSpec.strided(DType.I32, new long[] {2, 2}, new long[] {3, 1});
    Tensor integers = Tensor.of(MemorySegment.ofArray(counts), whole);
    assertThat(integers.toInts()).containsExactly(1, 2, 3, 4);
    integers.copyFrom(new int[] {5, 6, 7, 8});
    assertThat(counts).containsExactly(5, 6, -1, 7, 8);
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
  void anArrayMustHoldWhatTheShapeSaysAndNoMore() {
    for (int count : new int[] {5, 7}) {
      assertThatThrownBy(() -> Tensor.of(new float[count], 2, 3))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("array of 6 values for f32[2, 3], got " + count);
      assertThatThrownBy(() -> Tensor.of(new double[count], 2, 3))
          .isInstanceOf(ShapeException.class);
      assertThatThrownBy(() -> Tensor.of(new int[count], 2, 3)).isInstanceOf(ShapeException.class);
    }
  }

  @Test
  void aSegmentMustSpanTheSpec() {
    MemorySegment memory = MemorySegment.ofArray(new float[5]);
    assertThatThrownBy(() -> Tensor.of(memory, TensorSpec.of(DType.F32, 2, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("24 bytes")
        .hasMessageContaining("20");
  }

  @Test
  void memoryOfOneThreadIsRefused() {
    TensorSpec spec = TensorSpec.of(DType.F32, 2);
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment memory = confined.allocate(8, 8);
      assertThatThrownBy(() -> Tensor.of(memory, spec))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("Arena.ofShared")
          .hasMessageContaining("confined");
    }
  }

  @Test
  void memoryOfAClosedArenaIsClosed() {
    Arena shared = Arena.ofShared();
    Tensor tensor = Tensor.of(shared.allocate(8, 8), TensorSpec.of(DType.F32, 2));
    tensor.copyFrom(new float[] {1, 2});
    shared.close();
    assertThatThrownBy(tensor::toFloats).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> tensor.copyFrom(new float[2])).isInstanceOf(ClosedException.class);
  }

  @Test
  void tensorsAreCopiedWhateverTheirStridesAndTypes() {
    Tensor wide =
        Tensor.of(
            MemorySegment.ofArray(new double[] {1, 2, -1, 3, 4}),
            TensorSpec.strided(DType.F64, new long[] {2, 2}, new long[] {3, 1}));
    Tensor narrow = Tensor.zeros(TensorSpec.of(DType.BF16, 2, 2));
    narrow.copyFrom(wide);
    assertThat(narrow.toDoubles()).containsExactly(1, 2, 3, 4);
    Tensor apart =
        Tensor.zeros(TensorSpec.strided(DType.F32, new long[] {2, 2}, new long[] {5, 1}));
    apart.copyFrom(narrow);
    assertThat(apart.toFloats()).containsExactly(1, 2, 3, 4);
    assertThatThrownBy(() -> apart.copyFrom(Tensor.of(new float[4], 4)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("f32[4]");
    assertThatThrownBy(() -> apart.copyFrom(Tensor.of(new int[4], 2, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("i32");
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
    for (long offset : new long[] {3, -1, (1L << 62) - 4, 1L << 61, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> all.view(offset, TensorSpec.of(DType.F32, 2, 2)))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("at offset " + offset);
    }
    assertThat(all.view(6, TensorSpec.of(DType.F32, 0)).toFloats()).isEmpty();
    assertThat(all.asReadOnly().overlaps(part)).isTrue();
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
    assertThatThrownBy(tensor::toFloats).isInstanceOf(ClosedException.class);
  }

  @Test
  void aViewEndsWithWhatItIsAViewOf() {
    Tensor tensor = Device.open("reference").allocate(TensorSpec.of(DType.F32, 8));
    Tensor view = tensor.view(2, TensorSpec.of(DType.F32, 2));
    Tensor readOnly = tensor.asReadOnly();
    Tensor share = view.share();
    tensor.close();
    share.copyFrom(new float[] {3, 4});
    assertThat(view.toFloats()).containsExactly(3, 4);
    share.close();
    assertThatThrownBy(view::toFloats)
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("f32[2] on host");
    assertThatThrownBy(readOnly::toFloats).isInstanceOf(ClosedException.class);
    assertThatThrownBy(view::share).isInstanceOf(ClosedException.class);
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
