package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceInUseException;
import io.gramian.GramianException;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.Timer;
import io.gramian.cuda.Emulated;
import io.gramian.op.Gram;
import org.junit.jupiter.api.Test;

final class CudaTimerTest {
  @Test
  void theTimeOfARunIsMeasured() {
    try (Device device = Emulated.open();
        Timer timer = device.newTimer();
        Tensor vectors = device.allocate(TensorSpec.of(DType.F32, 8, 2, 64));
        Tensor gram = device.allocate(TensorSpec.of(DType.F32, 8, 2, 2))) {
      vectors.copyFrom(new float[8 * 2 * 64]);
      Bindings in = Bindings.of("vectors", vectors);
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        for (int i = 0; i < 2; i++) {
          timer.start(device.defaultStream());
          plan.run(device.defaultStream(), in, out);
          timer.stop(device.defaultStream());
          assertThat(timer.seconds()).isPositive().isFinite();
        }
      }
      assertThat(gram.toFloats()).containsOnly(0);
    }
  }

  @Test
  void aTimeThatWasNotMarkedIsRefused() {
    try (Device device = Emulated.open();
        Timer timer = device.newTimer()) {
      timer.start(device.defaultStream());
      assertThatThrownBy(timer::seconds).isInstanceOf(GramianException.class);
    }
  }

  @Test
  void aTimerKeepsItsDeviceOpen() {
    Device device = Emulated.open();
    Timer timer = device.newTimer();
    assertThatThrownBy(device::close)
        .isInstanceOf(DeviceInUseException.class)
        .hasMessageContaining("1 timer(s)");
    timer.close();
    timer.close();
    device.close();
    assertThatThrownBy(device::newTimer).isInstanceOf(ClosedException.class);
  }

  @Test
  void bytesAreFilledAndCopied() {
    try (Device device = Emulated.open();
        Tensor from = device.allocate(TensorSpec.of(DType.I32, 100));
        Tensor to = device.allocate(TensorSpec.of(DType.I32, 100))) {
      RawDevice raw = (RawDevice) device;
      long free = raw.freeBytes();
      assertThat(free).isPositive();
      raw.fill(device.defaultStream(), from.address(), (byte) 1, 400);
      raw.copy(device.defaultStream(), from.address(), to.address(), 400);
      device.defaultStream().synchronize();
      assertThat(to.toInts()).containsOnly(0x01010101);
    }
  }
}
