package io.gramian.bridge;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gramian.Backend;
import io.gramian.BackendUnavailableException;
import io.gramian.Device;
import io.gramian.Place;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import org.junit.jupiter.api.Test;

final class DevicesTest {
  private static final Place GPU = new Place("cuda", 0);

  @Test
  void aTensorOnAGpuNeedsTheCudaBackend() {
    assumeThat(Backend.all()).noneMatch(b -> b.name().equals("cuda") && b.available());
    try (Devices devices = new Devices(null, PlanOptions.defaults())) {
      assertThatThrownBy(() -> devices.of("anchor", GPU))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("cuda")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aGivenDeviceIsTheOnlyOne() {
    try (Device cpu = Device.open("cpu");
        Devices devices = new Devices(cpu, PlanOptions.defaults())) {
      assertThatThrownBy(() -> devices.of("anchor", GPU))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("'anchor' is on " + GPU + "; expected it on " + Place.HOST);
    }
  }
}
