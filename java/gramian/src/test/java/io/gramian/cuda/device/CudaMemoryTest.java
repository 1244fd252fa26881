package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.ClosedException;
import io.gramian.CudaException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.driver.DeviceMemory;
import io.gramian.cuda.driver.MemoryTransfer;
import io.gramian.cuda.driver.PrimaryContext;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CudaMemoryTest {
  private Device device;

  @BeforeEach
  void open() {
    device = Emulated.open();
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void valuesComeBackInEveryType(DType dtype) {
    double[] values = {0, 1, -2, 384, -0.0, 77};
    try (Tensor tensor = device.allocate(TensorSpec.of(dtype, 2, 3))) {
      tensor.copyFrom(values);
      assertThat(tensor.toDoubles()).containsExactly(dtype == DType.I32 ? abs0(values) : values);
      assertThat(tensor.address() % 256).isZero();
    }
  }

  private static double[] abs0(double[] values) {
    return java.util.Arrays.stream(values).map(v -> v == 0 ? 0 : v).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 262_143, 262_144, 262_145, 700_000})
  void anySizePassesThroughTheBuffer(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i * 0.5f;
    }
    try (Tensor tensor = device.allocate(TensorSpec.of(DType.F32, count))) {
      tensor.copyFrom(values);
      assertThat(tensor.toFloats()).isEqualTo(values);
    }
  }

  @Test
  void nativeHostMemoryIsCopiedWithoutABuffer() {
    PrimaryContext context = ((CudaDevice) device).context();
    try (Arena arena = Arena.ofConfined();
        DeviceMemory memory = DeviceMemory.allocate(context, 16)) {
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3, 4);
      MemorySegment to = arena.allocate(16);
      MemoryTransfer.write(context, from, memory.address());
      MemoryTransfer.read(context, memory.address(), to);
      assertThat(to.toArray(ValueLayout.JAVA_INT)).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void memoryIsCopiedAndFilledOnTheDevice() {
    PrimaryContext context = ((CudaDevice) device).context();
    try (Tensor a = device.allocate(TensorSpec.of(DType.I32, 4));
        Tensor b = device.allocate(TensorSpec.of(DType.I32, 4))) {
      a.copyFrom(new int[] {1, 2, 3, 4});
      MemoryTransfer.fillAsync(context, b.address(), (byte) 0x11, 16, 0);
      MemoryTransfer.copyAsync(context, a.address(), b.address() + 4, 8, 0);
      assertThat(b.toInts()).containsExactly(0x11111111, 1, 2, 0x11111111);
    }
  }

  @Test
  void gapsOfAStridedTensorStayAsTheyAre() {
    try (Tensor whole = device.allocate(TensorSpec.of(DType.F32, 8))) {
      whole.copyFrom(new float[] {1, 2, 3, 4, 5, 6, 7, 8});
      Tensor rows =
          whole.view(1, TensorSpec.strided(DType.F32, new long[] {2, 2}, new long[] {4, 1}));
      assertThat(rows.toFloats()).containsExactly(2, 3, 6, 7);
      rows.copyFrom(new float[] {-2, -3, -6, -7});
      assertThat(whole.toFloats()).containsExactly(1, -2, -3, 4, 5, -6, -7, 8);
    }
  }

  @Test
  void foreignMemoryIsSeenAndNotOwned() {
    try (Tensor owner = device.allocate(TensorSpec.of(DType.F32, 3))) {
      owner.copyFrom(new float[] {1, 2, 3});
      Tensor view = device.wrap(owner.address(), TensorSpec.of(DType.F32, 3));
      assertThat(view.toFloats()).containsExactly(1, 2, 3);
      view.close();
      assertThat(owner.toFloats()).containsExactly(1, 2, 3);
    }
    assertThatThrownBy(() -> device.wrap(0, TensorSpec.of(DType.F32, 3)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("f32[3]");
  }

  @Test
  void anEmptyTensorNeedsNoMemory() {
    try (Tensor empty = device.allocate(TensorSpec.of(DType.F32, 0, 7))) {
      assertThat(empty.toFloats()).isEmpty();
      empty.copyFrom(new float[0]);
    }
  }

  @Test
  void freedMemoryIsRecognised() {
    Tensor tensor = device.allocate(TensorSpec.of(DType.F32, 3));
    Tensor view = tensor.view(1, TensorSpec.of(DType.F32, 2));
    tensor.close();
    tensor.close();
    assertThatThrownBy(tensor::toFloats).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> view.copyFrom(new float[2]))
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aBadAddressIsAnErrorOfTheDriver() {
    Tensor wild = device.wrap(0x10, TensorSpec.of(DType.F32, 3));
    assertThatThrownBy(wild::toFloats)
        .isInstanceOfSatisfying(
            CudaException.class,
            e -> {
              assertThat(e.call()).isEqualTo("cuMemcpyDtoH_v2");
              assertThat(e.codeName()).isEqualTo("CUDA_ERROR_INVALID_VALUE");
              assertThat(e.code()).isEqualTo(1);
            })
        .hasMessageContaining("12 bytes at 0x10");
  }

  @Test
  void lackOfMemorySaysWhatWasAskedForAndWhatIsFree() {
    assertThatThrownBy(() -> device.allocate(TensorSpec.of(DType.F32, 1L << 44)))
        .isInstanceOfSatisfying(
            CudaException.class,
            e -> assertThat(e.codeName()).isEqualTo("CUDA_ERROR_OUT_OF_MEMORY"))
        .hasMessageContaining("asked for " + (1L << 46) + " bytes")
        .hasMessageContaining("are free");
  }
}
