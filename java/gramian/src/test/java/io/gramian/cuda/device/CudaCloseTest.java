package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceInUseException;
import io.gramian.Plan;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.op.Gram;
import org.junit.jupiter.api.Test;

final class CudaCloseTest {
  private static final TensorSpec SPEC = TensorSpec.of(DType.F32, 1, 1, 1);

  @Test
  void aDeviceInUseRefusesToCloseAndNamesTheUsers() {
    try (Device device = Emulated.open()) {
      try (Tensor vectors = device.allocate(SPEC);
          Tensor gram = device.allocate(SPEC);
          Stream stream = device.newStream();
          Plan plan =
              new Gram().plan(device, Bindings.of("vectors", vectors), Bindings.of("gram", gram))) {
        assertThatThrownBy(device::close)
            .isInstanceOf(DeviceInUseException.class)
            .hasMessageContaining("2 tensor(s), 1 stream(s), 1 plan(s)");
        vectors.copyFrom(new float[] {3});
        plan.run(stream, Bindings.of("vectors", vectors), Bindings.of("gram", gram));
        stream.synchronize();
      }
    }
  }

  @Test
  void aFailedPlanIsNotCounted() {
    try (Device device = Emulated.open()) {
      try (Tensor vectors = device.allocate(TensorSpec.of(DType.F64, 1, 1, 1));
          Tensor gram = device.allocate(SPEC)) {
        Bindings in = Bindings.of("vectors", vectors);
        Bindings out = Bindings.of("gram", gram);
        assertThatThrownBy(() -> new Gram().plan(device, in, out))
            .isInstanceOf(io.gramian.UnsupportedOpException.class);
      }
    }
  }

  @Test
  void aClosedDeviceSaysSo() {
    Device device = Emulated.open();
    Tensor view;
    try (Tensor tensor = device.allocate(SPEC)) {
      view = device.wrap(tensor.address(), SPEC);
    }
    device.close();
    device.close();
    assertThatThrownBy(() -> device.allocate(SPEC)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(device::newStream).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> device.wrap(256, SPEC)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> device.defaultStream().synchronize())
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(view::toFloats)
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("emulated");
  }
}
