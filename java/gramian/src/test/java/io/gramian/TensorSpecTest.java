package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TensorSpecTest {
  @Test
  void packedStridesAreRowMajor() {
    TensorSpec spec = TensorSpec.of(DType.F32, 2, 3, 4);
    assertThat(spec.strides()).containsExactly(12, 4, 1);
    assertThat(spec.elements()).isEqualTo(24);
    assertThat(spec.spanBytes()).isEqualTo(96);
    assertThat(spec.isPacked()).isTrue();
  }

  @Test
  void aScalarHasRankZeroAndOneElement() {
    TensorSpec spec = TensorSpec.of(DType.F64);
    assertThat(spec.rank()).isZero();
    assertThat(spec.elements()).isOne();
    assertThat(spec.spanBytes()).isEqualTo(8);
  }

  @Test
  void aStridedSpecSpansItsGapsButNotTheLastOne() {
    TensorSpec spec = TensorSpec.strided(DType.BF16, new long[] {3, 4}, new long[] {10, 1});
    assertThat(spec.spanBytes()).isEqualTo(2 * (20 + 4));
    assertThat(spec.isPacked()).isFalse();
    assertThat(spec).isNotEqualTo(TensorSpec.of(DType.BF16, 3, 4));
  }

  @Test
  void anEmptySpecSpansNothing() {
    assertThat(TensorSpec.of(DType.F32, 0, 5).spanBytes()).isZero();
    assertThat(TensorSpec.of(DType.F32, 0, 5).isPacked()).isTrue();
  }

  @Test
  void stridesThatLeadNowhereAreThoseOfAPackedTensor() {
    assertThat(TensorSpec.strided(DType.F32, new long[] {1, 4, 1}, new long[] {-7, 1, 0}))
        .isEqualTo(TensorSpec.of(DType.F32, 1, 4, 1));
    assertThat(TensorSpec.strided(DType.F32, new long[] {3, 1, 4}, new long[] {10, 2, 1}).strides())
        .containsExactly(10, 4, 1);
    assertThat(TensorSpec.strided(DType.F32, new long[] {3, 0}, new long[] {9, 5}))
        .isEqualTo(TensorSpec.of(DType.F32, 3, 0));
  }

  @Test
  void overlappingRowsAreRefused() {
    assertThatThrownBy(() -> TensorSpec.strided(DType.F32, new long[] {3, 4}, new long[] {3, 1}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[3, 1]");
    assertThatThrownBy(() -> TensorSpec.strided(DType.F32, new long[] {3, 4}, new long[] {8, 2}))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> TensorSpec.strided(DType.F32, new long[] {3, 4}, new long[] {4}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("one stride per dimension");
  }

  @Test
  void absurdSizesAreRefused() {
    assertThatThrownBy(() -> TensorSpec.of(DType.F32, -1))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> TensorSpec.of(DType.F32, Long.MAX_VALUE, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("2^63");
  }
}
