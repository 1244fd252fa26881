package io.gramian.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PhiloxTest {
  /** Known answers of the Random123 distribution for philox4x32-10. */
  @Test
  void givesTheKnownAnswers() {
    assertThat(Philox.block(0, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(Philox.block(-1, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(Philox.block(0x299f31d0a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void uniformsStayInsideTheOpenInterval() {
    assertThat(Philox.uniform(0)).isPositive();
    assertThat(Philox.uniform(-1)).isLessThan(1);
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
      sum += Philox.uniform(Philox.word(7, i, 0, 0, 0));
    }
    assertThat(sum / 100000).isBetween(0.495, 0.505);
  }

  @Test
  void gumbelNoiseHasItsMean() {
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
      sum += Philox.gumbel(3, i / 100, i % 100, 0);
    }
    assertThat(sum / 100000).isBetween(0.57, 0.585);
  }
}
