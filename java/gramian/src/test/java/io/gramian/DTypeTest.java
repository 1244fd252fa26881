package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class DTypeTest {
  @Test
  void bf16RoundsToNearestEven() {
    assertThat(DType.bf16ToFloat(DType.floatToBf16(1.0f))).isEqualTo(1.0f);
    assertThat(DType.floatToBf16(Float.intBitsToFloat(0x3F808000))).isEqualTo((short) 0x3F80);
    assertThat(DType.floatToBf16(Float.intBitsToFloat(0x3F818000))).isEqualTo((short) 0x3F82);
    assertThat(DType.floatToBf16(Float.intBitsToFloat(0x3F808001))).isEqualTo((short) 0x3F81);
    assertThat(DType.floatToBf16(Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
    assertThat(DType.bf16ToFloat(DType.floatToBf16(-0.0f))).isEqualTo(-0.0f);
  }

  @Test
  void bf16KeepsNanAndInfinity() {
    assertThat(DType.bf16ToFloat(DType.floatToBf16(Float.NaN))).isNaN();
    assertThat(DType.bf16ToFloat(DType.floatToBf16(Float.intBitsToFloat(0x7F800001)))).isNaN();
    assertThat(DType.bf16ToFloat(DType.floatToBf16(Float.NEGATIVE_INFINITY)))
        .isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void namesAreLowerCase() {
    for (DType type : DType.values()) {
      assertThat(DType.of(type.toString())).isEqualTo(type);
    }
    assertThatThrownBy(() -> DType.of("f8"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'f8'")
        .hasMessageContaining("bf16");
  }
}
