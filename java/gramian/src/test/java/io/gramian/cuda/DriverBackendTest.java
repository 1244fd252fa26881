package io.gramian.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.Backend;
import io.gramian.BackendUnavailableException;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.ParameterException;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.GpuImages;
import io.gramian.cuda.driver.DriverLibrary;
import io.gramian.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriverBackendTest {
  private final String directory = System.getProperty(EmulatedProvider.DIRECTORY_PROPERTY);
  private final String kernels = System.getProperty(GpuImages.DIRECTORY_PROPERTY);
  @TempDir Path temporary;

  @AfterEach
  void restore() {
    System.clearProperty(DriverLibrary.LIBRARY_PROPERTY);
    restore(EmulatedProvider.DIRECTORY_PROPERTY, directory);
    restore(GpuImages.DIRECTORY_PROPERTY, kernels);
  }

  private static void restore(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  @Test
  void aDriverThatIsMissingOrNoneIsNamed() throws IOException {
    Path missing = temporary.resolve("libcuda.so.1");
    assertThat(reasonFor(missing)).contains("no " + missing).contains("gramian.cuda.library");
    Path text = Files.writeString(temporary.resolve("text.so"), "no library");
    assertThat(reasonFor(text)).contains(text + " cannot be loaded (").contains("file too short");
    assertThat(new CudaProvider().describe()).isEmpty();
    assertThatThrownBy(() -> new CudaProvider().open(DeviceOptions.defaults()))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("backend 'cuda'")
        .hasMessageContaining("cannot be loaded");
  }

  @Test
  void theEmulatedDeviceIsNoGpu() {
    Emulated.requireAvailable();
    String emulated = new EmulatedProvider().describe().getFirst();
    Path library = Path.of(emulated.substring("driver ".length(), emulated.indexOf(", CUDA")));
    assertThat(reasonFor(library)).contains("is the emulated device");
  }

  @Test
  void theEmulatedDeviceDoesNotHideOrBecomeTheDriverOfTheMachine() {
    String before = new CudaProvider().unavailableReason();
    Emulated.requireAvailable();
    try (Device device = Emulated.open()) {
      assertThat(device.backend()).isEqualTo("emulated");
      assertThat(new CudaProvider().unavailableReason()).isEqualTo(before);
      assertThat(before == null || !before.contains("emulated device")).isTrue();
    }
  }

  @Test
  void aMissingEmulatedDeviceSaysWhichJarHasIt() {
    System.setProperty(EmulatedProvider.DIRECTORY_PROPERTY, temporary.toString());
    assertThat(new EmulatedProvider().unavailableReason())
        .contains("no " + temporary.resolve("libcuda.so.1"))
        .contains("gramian-native");
  }

  @Test
  void anEmulatedDeviceWithoutKernelsIsUnavailable() throws IOException {
    Emulated.requireAvailable();
    System.setProperty(GpuImages.DIRECTORY_PROPERTY, temporary.toString());
    BackendProvider provider = new EmulatedProvider();
    assertThat(provider.unavailableReason())
        .contains("no kernels for")
        .contains("gramian-kernels")
        .contains(temporary.resolve("compute_80/" + Kernels.IMAGES.getFirst() + ".ptx").toString());
    assertThatThrownBy(() -> provider.open(DeviceOptions.defaults()))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("no kernels for");
  }

  @Test
  void devicesAndKernelsAreDescribed() {
    Emulated.requireAvailable();
    int images = Kernels.IMAGES.size();
    assertThat(new EmulatedProvider().describe())
        .hasSize(2)
        .satisfiesExactly(
            driver -> assertThat(driver).startsWith("driver ").contains("CUDA 12"),
            device ->
                assertThat(device)
                    .contains("compute capability")
                    .contains("MiB")
                    .endsWith("%1$d of %1$d kernel images [compute_80]".formatted(images)));
  }

  @Test
  void anOrdinalBeyondTheDevicesIsRefused() {
    Emulated.requireAvailable();
    assertThatThrownBy(() -> Device.open("emulated", DeviceOptions.defaults().ordinal(9)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("got 9");
  }

  @Test
  void autoNeverTakesTheEmulatedDevice() {
    Emulated.requireAvailable();
    assertThat(new EmulatedProvider().preference()).isNegative();
    try (Device device = Device.open(Backend.AUTO)) {
      assertThat(device.backend()).isNotEqualTo("emulated");
    }
  }

  private static String reasonFor(Path library) {
    System.setProperty(DriverLibrary.LIBRARY_PROPERTY, library.toString());
    return new CudaProvider().unavailableReason();
  }
}
