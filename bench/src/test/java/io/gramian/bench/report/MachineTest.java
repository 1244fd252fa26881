package io.gramian.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @Test
  void theDriverTellsOfTheGpu(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("version"),
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC\n");
    Path gpu = Files.createDirectories(folder.resolve("gpus/0000:0f:00.0"));
    Files.writeString(gpu.resolve("information"), "Model: \t\t NVIDIA H100 PCIe\nIRQ: 5\n");

    assertThat(Machine.Gpu.of(folder)).isEqualTo(new Machine.Gpu("NVIDIA H100 PCIe", "550.54.15"));
  }

  @Test
  void withoutADriverBothAreEmpty(@TempDir Path folder) {
    assertThat(Machine.Gpu.of(folder.resolve("none"))).isEqualTo(new Machine.Gpu("", ""));
  }

  @Test
  void thisMachineIsDescribed() {
    Machine here = Machine.here();

    assertThat(here.cores()).isPositive();
    assertThat(here.processor()).isNotBlank();
    assertThat(here.toString()).contains(here.jdk(), here.date());
  }
}
