package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.op.Volume;
import org.junit.jupiter.api.Test;

final class PlanCacheTest {
  @Test
  void plansOncePerShapeAndForgetsTheOldest() {
    try (Device device = Device.open("reference");
        PlanCache plans = new PlanCache(device)) {
      assertThat(volumes(plans, 1)).containsExactly(6);
      assertThat(volumes(plans, 1)).containsExactly(6);
      assertThat(plans.size()).isEqualTo(1);
      for (int samples = 2; samples < 40; samples++) {
        assertThat(volumes(plans, samples)).hasSize(samples).containsOnly(6);
      }
      assertThat(plans.size()).isEqualTo(16);
      assertThat(volumes(plans, 1)).containsExactly(6);
    }
  }

  @Test
  void refusesWorkAfterClose() {
    try (Device device = Device.open("reference")) {
      PlanCache plans = new PlanCache(device);
      volumes(plans, 3);
      plans.close();
      plans.close();
      assertThatThrownBy(() -> volumes(plans, 3)).isInstanceOf(ClosedException.class);
    }
  }

  /** Volumes of rectangles of sides 2 and 3. */
  private static double[] volumes(PlanCache plans, int samples) {
    Tensor vectors = Tensor.zeros(TensorSpec.of(DType.F64, samples, 2, 2));
    double[] values = new double[samples * 4];
    for (int i = 0; i < samples; i++) {
      values[4 * i] = 2;
      values[4 * i + 3] = 3;
    }
    vectors.copyFrom(values);
    Tensor volume = Tensor.zeros(TensorSpec.of(DType.F64, samples));
    plans.run(new Volume(), Bindings.of("vectors", vectors), Bindings.of("volume", volume));
    return volume.toDoubles();
  }
}
