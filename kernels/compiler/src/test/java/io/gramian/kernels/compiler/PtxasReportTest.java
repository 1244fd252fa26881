package io.gramian.kernels.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PtxasReportTest {
  private static final String TWO_KERNELS =
      """
      ptxas info    : 0 bytes gmem
      ptxas info    : Compiling entry function 'volume_f32_k4' for 'sm_90a'
      ptxas info    : Function properties for volume_f32_k4
      ptxas         .     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
      ptxas info    : Used 56 registers, used 0 barriers, 2048 bytes smem
      ptxas info    : Compile time = 111.222 ms
      ptxas info    : Compiling entry function 'volume_f32_k16' for 'sm_90a'
      ptxas info    : Function properties for volume_f32_k16
          104 bytes stack frame, 208 bytes spill stores, 220 bytes spill loads
      ptxas info    : Used 255 registers, used 1 barriers, 104 bytes cumulative stack size
      """;

  @Test
  void readsTheResourcesOfEveryKernel() {
    PtxasReport report = PtxasReport.parse(TWO_KERNELS);

    assertThat(report.kernels())
        .containsOnlyKeys("volume_f32_k4", "volume_f32_k16")
        .containsEntry("volume_f32_k4", new PtxasReport.Resources(56, 0, 0, 0, 2048))
        .containsEntry("volume_f32_k16", new PtxasReport.Resources(255, 104, 208, 220, 0));
  }

  @Test
  void ignoresTheFramesOfDeviceFunctions() {
    String text =
        """
        ptxas info    : Compiling entry function 'kernel' for 'sm_80'
        ptxas info    : Function properties for kernel
            0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
        ptxas info    : Function properties for helper
            16 bytes stack frame, 8 bytes spill stores, 8 bytes spill loads
        ptxas info    : Used 32 registers, 488 bytes cmem[0]
        """;

    assertThat(PtxasReport.parse(text).kernels())
        .containsEntry("kernel", new PtxasReport.Resources(32, 0, 0, 0, 0));
  }

  @Test
  void anEmptyLogHasNoKernels() {
    assertThat(PtxasReport.parse("").kernels()).isEmpty();
  }

  @Test
  void rejectsAKernelWithoutItsRegisters() {
    String cut = TWO_KERNELS.substring(0, TWO_KERNELS.indexOf("ptxas info    : Used 255"));

    assertThatThrownBy(() -> PtxasReport.parse(cut))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("volume_f32_k16");
  }

  @Test
  void rejectsAKernelWithoutItsFrame() {
    String cut = TWO_KERNELS.replace("ptxas         .     0 bytes stack frame", "");

    assertThatThrownBy(() -> PtxasReport.parse(cut))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("volume_f32_k4");
  }
}
