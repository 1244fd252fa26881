package io.gramian.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void medianIsTheMiddleInAnyOrder() {
    assertThat(new Samples(9, 1, 5).median()).isEqualTo(5);
  }

  @Test
  void medianOfAnEvenNumberLiesBetween() {
    assertThat(new Samples(4, 1, 3, 100).median()).isEqualTo(3.5);
  }

  @Test
  void anOutlierMovesNeitherMedianNorMinimum() {
    Samples samples = new Samples(2, 2, 2, 2, 1000);

    assertThat(samples.median()).isEqualTo(2);
    assertThat(samples.minimum()).isEqualTo(2);
    assertThat(samples.spread()).isZero();
  }

  @Test
  void spreadIsHalfTheQuartileDistanceOverTheMedian() {
    // Quartiles 2 and 4, median 3.
    assertThat(new Samples(1, 2, 3, 4, 5).spread()).isEqualTo(1.0 / 3, within(1e-15));
  }

  @Test
  void quantilesInterpolate() {
    Samples samples = new Samples(10, 20);

    assertThat(samples.quantile(0)).isEqualTo(10);
    assertThat(samples.quantile(0.25)).isEqualTo(12.5);
    assertThat(samples.quantile(1)).isEqualTo(20);
  }

  @Test
  void doesNotShareItsArray() {
    double[] values = {3, 1, 2};
    Samples samples = new Samples(values);
    values[1] = -1;

    assertThat(samples.minimum()).isEqualTo(1);
    assertThat(values).containsExactly(3, -1, 2);
  }

  @Test
  void needsASample() {
    assertThatThrownBy(Samples::new).isInstanceOf(IllegalArgumentException.class);
  }
}
