package io.gramian.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FmaPeakTest {
  @Test
  void theLoopRunsEachChainForEachStep() {
    // x = 0.999 x + 0.001 from 0.001 on, in 12 chains: 12 (1 - 0.999^(steps + 1)).
    assertThat((double) FmaPeak.Loop.run(1000))
        .isEqualTo(12 * (1 - Math.pow(0.999, 1001)), within(1e-3));
    assertThat(FmaPeak.Loop.flopsPerStep()).isGreaterThanOrEqualTo(2 * 12);
  }
}
