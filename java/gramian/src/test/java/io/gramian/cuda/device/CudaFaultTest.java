package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Bindings;
import io.gramian.CudaException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.Emulated;
import io.gramian.cuda.abi.SampleParams;
import io.gramian.cuda.driver.DriverModule;
import io.gramian.cuda.driver.Kernel;
import io.gramian.cuda.driver.Launch;
import io.gramian.op.Gram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CudaFaultTest {
  private static final TensorSpec VECTORS = TensorSpec.of(DType.F32, 1, 2, 4);
  private static final TensorSpec GRAM = TensorSpec.of(DType.F32, 1, 2, 2);

  @Test
  void aKernelThatFailsNamesItselfAndItsThreadAndEverythingCanBeClosed() {
    try (Device device = Emulated.open();
        Tensor gram = device.allocate(GRAM)) {
      Bindings in = Bindings.of("vectors", device.wrap(0x1000, VECTORS));
      Bindings out = Bindings.of("gram", gram);
      try (Plan plan = new Gram().plan(device, in, out)) {
        plan.run(device.defaultStream(), in, out);
        assertThatThrownBy(() -> device.defaultStream().synchronize())
            .isInstanceOfSatisfying(
                CudaException.class,
                e -> {
                  assertThat(e.call()).isEqualTo("cuStreamSynchronize");
                  assertThat(e.codeName()).isEqualTo("CUDA_ERROR_ILLEGAL_ADDRESS");
                })
            .hasMessageContaining("gram_f32_k2")
            .hasMessageContaining("block")
            .hasMessageContaining("thread");
        assertThatThrownBy(() -> plan.run(device.defaultStream(), in, out))
            .isInstanceOf(CudaException.class)
            .hasMessageContaining("cuLaunchKernel")
            .hasMessageContaining("grid [1, 1, 1], block [128, 1, 1]");
      }
    }
    // The context went with its last user, and the fault with the context.
    try (Device device = Emulated.open();
        Tensor tensor = device.allocate(GRAM)) {
      tensor.copyFrom(new float[] {1, 2, 3, 4});
      assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void aLaunchThatTheDriverRefusesIsDescribed() {
    try (Device device = Emulated.open()) {
      Kernel kernel = ((CudaDevice) device).kernel("gram", "gram_f32_k2");
      try (Launch launch = new Launch(kernel, 2048, 0, SampleParams.SIZE)) {
        assertThatThrownBy(() -> launch.enqueue(0, 1, 2, 3))
            .isInstanceOf(CudaException.class)
            .hasMessageContaining(
                "kernel gram_f32_k2, grid [1, 2, 3], block [2048, 1, 1], 0 bytes of dynamic");
      }
    }
  }

  @Test
  void aParameterOfAnotherSizeIsRefused() {
    try (Device device = Emulated.open()) {
      Kernel kernel = ((CudaDevice) device).kernel("gram", "gram_f32_k2");
      try (Launch launch = new Launch(kernel, 128, 0, SampleParams.SIZE + 8)) {
        assertThatThrownBy(() -> launch.enqueue(0, 1, 1, 1))
            .isInstanceOfSatisfying(
                CudaException.class,
                e -> assertThat(e.codeName()).isEqualTo("CUDA_ERROR_INVALID_VALUE"))
            .hasMessageContaining("144 bytes of parameter");
      }
    }
  }

  @Test
  void aKernelThatIsNotThereIsNamedWithItsImage() {
    try (Device device = Emulated.open()) {
      assertThatThrownBy(() -> ((CudaDevice) device).kernel("gram", "gram_f32_k99"))
          .isInstanceOfSatisfying(
              CudaException.class, e -> assertThat(e.codeName()).isEqualTo("CUDA_ERROR_NOT_FOUND"))
          .hasMessageContaining("gram_f32_k99")
          .hasMessageContaining("compute_80/gram.ptx");
    }
  }

  @Test
  void anImageThatIsNoneIsAnError() {
    try (Device device = Emulated.open()) {
      byte[] bytes = "not an image".getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(
              () -> DriverModule.load(((CudaDevice) device).context(), "somewhere.so", bytes))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("cuModuleLoadData")
          .hasMessageContaining("somewhere.so");
    }
  }

  @Test
  void anImageThatIsMissingIsNamed(@TempDir Path empty) {
    try (Device device = Emulated.open();
        KernelModules modules =
            new KernelModules(
                ((CudaDevice) device).context(),
                new EmulatedImages(new ResourceFolder("nowhere", empty)))) {
      assertThatThrownBy(() -> modules.kernel("gram", "gram_f32_k2"))
          .isInstanceOf(GramianException.class)
          .hasMessageContaining("'gram'")
          .hasMessageContaining(empty.resolve("compute_80/gram.ptx").toString());
    }
  }
}
