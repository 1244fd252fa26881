package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceInUseException;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.dlpack.DLPack;
import org.junit.jupiter.api.Test;

/** DLPack tensors in the memory of a GPU. */
final class DLPackCudaTest {
  @Test
  void bothWaysGiveTheSameMemory() {
    try (Device device = Emulated.open();
        Device host = Device.open("reference")) {
      Tensor tensor = device.allocate(TensorSpec.of(DType.F32, 2, 3));
      tensor.copyFrom(new float[] {1, 2, 3, 4, 5, 6});
      long struct = DLPack.exportTensor(tensor);
      assertThatThrownBy(() -> DLPack.importTensor(host, struct))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("on host can use, got one in CUDA memory of device 0");
      Tensor view = DLPack.importTensor(device, struct);
      assertThat(view.address()).isEqualTo(tensor.address());
      assertThat(view.place()).isEqualTo(device.place());
      tensor.close();
      assertThat(view.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThatThrownBy(device::close).isInstanceOf(DeviceInUseException.class);
      view.close();
      assertThatThrownBy(view::toFloats).isInstanceOf(ClosedException.class);
    }
  }

  @Test
  void readOnlyMemoryOfADeviceIsMarked() {
    try (Device device = Emulated.open();
        Tensor tensor = device.allocate(TensorSpec.of(DType.F32, 2))) {
      tensor.copyFrom(new float[] {1, 2});
      try (Tensor view =
          DLPack.importVersioned(device, DLPack.exportVersioned(tensor.asReadOnly()))) {
        assertThat(view.isReadOnly()).isTrue();
        assertThat(view.view(1, TensorSpec.of(DType.F32, 1)).isReadOnly()).isTrue();
        assertThat(view.toFloats()).containsExactly(1, 2);
      }
    }
  }
}
