package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.host.HostDevice;
import io.gramian.op.Gram;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.Volume;
import io.gramian.spi.BackendProvider;
import io.gramian.spi.OpTable;
import java.util.List;
import java.util.Set;
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
    try (Device device = openBest(broken, good)) {
      assertThat(device.backend()).isEqualTo("reference");
      assertThat(device.toString())
          .startsWith("reference (")
          .contains("no stub100: cuDevicePrimaryCtxRetain");
    }
    assertThatThrownBy(() -> openBest(broken))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("backend 'stub100' is not available")
        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
  }

  @Test
  void autoForCertainOpsTakesWhatHasThemAll() {
    BackendProvider good = provider(50, () -> Device.open("reference"));
    BackendProvider lacking = provider(100, () -> new Lacking());
    try (Device device =
        Backend.openBest(
            List.of(lacking, good), DeviceOptions.defaults(), Set.of(Gram.class, Volume.class))) {
      assertThat(device).isNotInstanceOf(Lacking.class);
      assertThat(device.toString()).contains("no stub100: it does not have volume)");
    }
    try (Device device =
        Backend.openBest(List.of(lacking, good), DeviceOptions.defaults(), Set.of(Gram.class))) {
      assertThat(device).isInstanceOf(Lacking.class);
    }
    try (Device device =
        Device.openFor(Ops.all().stream().<Class<? extends Op>>map(Op::getClass).toList())) {
      assertThat(device.supportedOps()).hasSize(Ops.all().size());
    }
  }

  /** A device that has gram and nothing else. */
  private static final class Lacking extends HostDevice {
    Lacking() {
      super(
          "lacking",
          "gram alone",
          OpTable.builder(Lacking.class)
              .add(
                  Gram.class,
                  (device, op, inputs, outputs, options) -> {
                    throw new AssertionError("runs nothing");
                  })
              .build());
    }

    @Override
    public Accuracy accuracy(DType inputs) {
      return new Accuracy(1, 1);
    }

    @Override
    public DType resultType() {
      return DType.F64;
    }
  }

  @Test
  void whatWasAskedForByNameSaysNothingOfOthers() {
    try (Device device = Device.open("reference")) {
      assertThat(device.toString()).isEqualTo("reference (float64 in plain Java)");
    }
  }

  private static Device openBest(BackendProvider... providers) {
    return Backend.openBest(List.of(providers), DeviceOptions.defaults(), Set.of());
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
        .hasMessageContaining("unknown backend 'tpu'")
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
