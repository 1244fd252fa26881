package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TimingTest {
  @Test
  void theMedianIsTheMiddleInAnyOrder() {
    assertThat(Timing.of(9, 1, 5).median()).isEqualTo(5);
    assertThat(Timing.of(4, 1, 3, 100).median()).isEqualTo(3.5);
  }

  @Test
  void anOutlierMovesNeitherMedianNorMinimum() {
    Timing timing = Timing.of(2, 2, 2, 2, 1000);

    assertThat(timing.median()).isEqualTo(2);
    assertThat(timing.minimum()).isEqualTo(2);
    assertThat(timing.runs()).isEqualTo(5);
  }

  @Test
  void quantilesInterpolate() {
    assertThat(Timing.of(10, 20).p20()).isEqualTo(12);
    assertThat(Timing.of(10, 20).p80()).isEqualTo(18);
  }

  @Test
  void doesNotSortTheArrayOfTheCaller() {
    double[] values = {3, 1, 2};
    Timing.of(values);

    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void needsARun() {
    assertThatThrownBy(Timing::of).isInstanceOf(IllegalArgumentException.class);
  }
}
