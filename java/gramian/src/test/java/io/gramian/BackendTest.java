package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.spi.BackendProvider;
import java.util.List;
import java.util.function.Supplier;
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
  void autoGoesOnWhereAContextCannotBeMade() {
    BackendProvider broken =
        provider(
            100,
            () -> {
              throw new CudaException(
                  "cuDevicePrimaryCtxRetain", 2, "CUDA_ERROR_OUT_OF_MEMORY", "");
            });
    BackendProvider good = provider(50, () -> Device.open("reference"));
    try (Device device = Backend.openBest(List.of(broken, good), DeviceOptions.defaults())) {
      assertThat(device.backend()).isEqualTo("reference");
    }
    assertThatThrownBy(() -> Backend.openBest(List.of(broken), DeviceOptions.defaults()))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("backend 'stub100' is not available")
        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
  }

  private static BackendProvider provider(int preference, Supplier<Device> device) {
    return new BackendProvider() {
      @Override
      public String name() {
        return "stub" + preference;
      }

      @Override
      public int preference() {
        return preference;
      }

      @Override
      public String unavailableReason() {
        return null;
      }

      @Override
      public List<String> describe() {
        return List.of();
      }

      @Override
      public Device open(DeviceOptions options) {
        return device.get();
      }
    };
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
