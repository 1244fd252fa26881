package io.gramian.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cuda.driver.DeviceInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GpuImagesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "8, 0, sm_80",
    "8, 6, sm_80",
    "8, 7, compute_80",
    "8, 9, sm_80",
    "9, 0, sm_90a",
    "10, 0, sm_100",
    "10, 3, sm_100",
    "12, 0, sm_120",
    "9, 1, compute_80",
    "11, 0, compute_80",
    "13, 0, compute_80",
  })
  void eachCapabilityHasItsTarget(int major, int minor, String target) throws IOException {
    for (String other : List.of("sm_80", "sm_90a", "sm_100", "sm_120")) {
      put(other + "/gram.cubin");
    }
    put("compute_80/gram.ptx");
    assertThat(images().find(device(major, minor), "gram"))
        .hasValueSatisfying(image -> assertThat(image.target()).isEqualTo(target));
  }

  @Test
  void ptxServesWhereMachineCodeIsMissing() throws IOException {
    put("compute_80/gram.ptx");
    assertThat(images().find(device(9, 0), "gram"))
        .hasValueSatisfying(image -> assertThat(image.file()).isEqualTo("compute_80/gram.ptx"));
    assertThat(images().find(device(9, 0), "volume")).isEmpty();
    assertThat(images().places(device(9, 0), "volume"))
        .containsExactly(
            directory.resolve("sm_90a/volume.cubin").toString(),
            directory.resolve("compute_80/volume.ptx").toString());
  }

  @Test
  void olderDevicesHaveNone() throws IOException {
    put("compute_80/gram.ptx");
    assertThat(images().find(device(7, 5), "gram")).isEmpty();
    assertThat(images().places(device(7, 5), "gram")).isEmpty();
  }

  private GpuImages images() {
    return new GpuImages(new ResourceFolder("unused", directory));
  }

  private void put(String file) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, new byte[] {1});
  }

  private static DeviceInfo device(int major, int minor) {
    return new DeviceInfo(0, 0, "a device", major, minor, 1, 99 << 10, 100 << 10, 1L << 30);
  }
}
