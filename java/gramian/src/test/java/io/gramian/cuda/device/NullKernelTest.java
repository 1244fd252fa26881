package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.cuda.Emulated;
import org.junit.jupiter.api.Test;

final class NullKernelTest {
  @Test
  void theEmulatedDeviceHasOneToo() {
    try (Device device = Emulated.open();
        RawDevice.EmptyKernel kernel = ((RawDevice) device).emptyKernel()) {
      kernel.enqueue(device.defaultStream());
      kernel.enqueue(device.defaultStream(), new long[RawDevice.EmptyKernel.ARGUMENTS]);
      device.defaultStream().synchronize();
      assertThat(kernel.image()).startsWith(0x7f, 'E', 'L', 'F');
      assertThat(kernel.name()).isEqualTo("gramian_empty");
    }
  }
}
