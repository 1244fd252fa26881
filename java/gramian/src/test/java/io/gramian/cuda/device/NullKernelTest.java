package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.cuda.Emulated;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class NullKernelTest {
  @Test
  void theEmulatedDeviceHasOneToo() {
    try (Device device = Emulated.open();
        RawDevice.EmptyKernel kernel = ((RawDevice) device).emptyKernel()) {
      kernel.enqueue(device.defaultStream());
      kernel.enqueue(device.defaultStream(), new long[RawDevice.EmptyKernel.ARGUMENTS]);
      device.defaultStream().synchronize();
      assertThat(new String(kernel.image(), StandardCharsets.US_ASCII)).startsWith(".version");
      assertThat(kernel.name()).isEqualTo("gramian_empty");
    }
  }
}
