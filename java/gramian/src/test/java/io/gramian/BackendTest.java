package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class BackendTest {
  @Test
  void theReferenceIsAlwaysThere() {
    assertThat(Backend.all())
        .anySatisfy(
            backend -> {
              assertThat(backend.name()).isEqualTo("reference");
              assertThat(backend.available()).isTrue();
            });
    try (Device device = Device.open("reference")) {
      assertThat(device.place()).isEqualTo(Place.HOST);
    }
  }

  @Test
  void boundsOfTheErrorAreKnownForEveryFloatingTypeThatABackendTakes() {
    for (Backend backend : Backend.all()) {
      if (backend.available()) {
        try (Device device = Device.open(backend.name())) {
          DType result = device.resultType();
          assertThat(device.accuracy(result).scores()).isPositive();
          assertThat(device.accuracy(DType.BF16).gradients())
              .isGreaterThanOrEqualTo(device.accuracy(result).gradients());
          assertThatThrownBy(() -> device.accuracy(DType.I32))
              .isInstanceOf(ParameterException.class)
              .hasMessageContaining(backend.name())
              .hasMessageContaining("i32");
        }
      }
    }
  }

  @Test
  void autoTakesTheBestThatIsThere() {
    String best = Backend.all().stream().filter(Backend::available).findFirst().get().name();
    try (Device device = Device.open("auto")) {
      assertThat(device.backend()).isEqualTo(best);
    }
  }

  @Test
  void anUnknownBackendIsNamedWithThoseThereAre() {
    assertThatThrownBy(() -> Device.open("tpu"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'tpu'")
        .hasMessageContaining("auto")
        .hasMessageContaining("reference");
  }

  @Test
  void anUnavailableBackendFailsWithItsReasonAndNeverFallsBack() {
    for (Backend backend : Backend.all()) {
      if (!backend.available()) {
        assertThat(backend.details()).isNotEmpty();
        assertThatThrownBy(() -> Device.open(backend.name()))
            .isInstanceOf(BackendUnavailableException.class)
            .hasMessageContaining(backend.name())
            .hasMessageContaining(backend.details().getFirst());
      }
    }
  }
}
