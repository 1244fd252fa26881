package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Backend;
import io.gramian.BackendUnavailableException;
import io.gramian.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process says of the backend that {@code auto} took, in processes of their own. */
final class AutoTest {
  /** A program of a user. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      try (Device first = Device.open("auto");
          Device second = Device.open("auto")) {
        System.out.println(first);
        System.out.println(second);
      } catch (BackendUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private record Said(List<String> out, List<String> err) {}

  private static Said run(String... flags) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(flags));
    command.add(Program.class.getName());
    Path errors = Files.createTempFile(Path.of("target"), "auto", ".log");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return new Said(out.lines().toList(), Files.readAllLines(errors));
  }

  @Test
  void theBackendIsLoggedOnceAndTheDeviceSaysWhyItIsNoBetterOne()
      throws IOException, InterruptedException {
    Said said = run();
    assertThat(said.out()).hasSize(2);
    String device = said.out().getFirst();
    assertThat(said.err()).filteredOn(line -> line.contains("auto: ")).hasSize(1);
    assertThat(said.err()).anyMatch(line -> line.endsWith("auto: " + device));
    for (Backend backend : Backend.all()) {
      if (device.startsWith(backend.name())) {
        return;
      }
      assertThat(device)
          .contains("no " + backend.name() + ": " + backend.details().getFirst().split("; ")[0]);
    }
  }

  @Test
  void aPropertyMakesItOneBackendOrAnError() throws IOException, InterruptedException {
    Said reference = run("-Dgramian.auto=reference");
    assertThat(reference.out().getFirst()).isEqualTo("reference (float64 in plain Java)");
    assertThat(reference.err()).isEmpty();
    Backend cuda =
        Backend.all().stream().filter(one -> one.name().equals("cuda")).findFirst().orElseThrow();
    assertThat(run("-Dgramian.auto=cuda").out().getFirst())
        .startsWith(cuda.available() ? "cuda (" : "backend 'cuda' is not available: ");
  }
}
