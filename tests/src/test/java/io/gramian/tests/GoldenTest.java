package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.cli.Main;
import io.gramian.cli.cases.CaseIndex;
import io.gramian.cli.npz.NpyArray;
import io.gramian.cli.npz.NpzFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The golden cases, run by the command as its users run them: {@code gramian run --cases}. The
 * reference is held to the golden outputs, every other backend to the reference on the inputs as it
 * sees them, in float32.
 */
final class GoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final int CASES = 82;

  @TempDir private Path folder;

  /** Bounds on |x - expected| / |expected| over an array. */
  private record Bounds(double results, double gradients) {
    double of(String name) {
      return name.startsWith("grad_") ? gradients : results;
    }
  }

  @TestFactory
  Stream<DynamicTest> reference() throws IOException {
    run("reference", folder);
    return compare(GOLDEN, "out.", folder, new Bounds(1e-10, 1e-9), all());
  }

  @TestFactory
  Stream<DynamicTest> cpu() throws IOException {
    Path expected = folder.resolve("expected");
    run("reference", expected, "--dtype", "f32");
    run("cpu", folder);
    return compare(expected, "", folder, new Bounds(2e-6, 2e-5), all());
  }

  /**
   * The cases of the ops that have kernels; the command says of the others that they cannot run.
   */
  @TestFactory
  Stream<DynamicTest> cuda() throws IOException {
    String backend = Backends.requireCuda();
    Path expected = folder.resolve("expected");
    run("reference", expected, "--dtype", "f32");
    List<String> supported;
    try (Device device = Device.open(backend)) {
      supported = names(GoldenCases.of(device));
    }
    execute(supported.size() == CASES ? 0 : 1, backend, folder);
    return compare(expected, "", folder, new Bounds(1e-5, 1e-4), supported);
  }

  private static List<String> all() {
    List<String> all = names(CaseIndex.read(GOLDEN));
    assertThat(all).hasSize(CASES);
    return all;
  }

  private static List<String> names(List<CaseIndex.Case> cases) {
    return cases.stream().map(CaseIndex.Case::file).toList();
  }

  private static void run(String backend, Path out, String... more) {
    execute(0, backend, out, more);
  }

  private static void execute(int exitCode, String backend, Path out, String... more) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed);
    String[] args = {
      "run", "--cases", GOLDEN.toString(), "--out", out.toString(), "--backend", backend
    };
    String[] all = Stream.of(args, more).flatMap(Stream::of).toArray(String[]::new);
    assertThat(Main.run(writer, writer, all)).as(printed.toString()).isEqualTo(exitCode);
  }

  private static Stream<DynamicTest> compare(
      Path expected, String prefix, Path actual, Bounds bounds, List<String> files) {
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file,
                    () ->
                        compare(
                            NpzFormat.read(expected.resolve(file)),
                            prefix,
                            NpzFormat.read(actual.resolve(file)),
                            bounds)));
  }

  private static void compare(
      Map<String, NpyArray> expected, String prefix, Map<String, NpyArray> actual, Bounds bounds) {
    int compared = 0;
    for (Map.Entry<String, NpyArray> entry : expected.entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        continue;
      }
      String name = entry.getKey().substring(prefix.length());
      assertThat(actual).containsKey(name);
      assertThat(actual.get(name).shape()).as(name).isEqualTo(entry.getValue().shape());
      assertThat(relativeError(actual.get(name).toDoubles(), entry.getValue().toDoubles()))
          .as("error of %s", name)
          .isLessThanOrEqualTo(bounds.of(name));
      compared++;
    }
    assertThat(compared).isPositive();
  }

  private static double relativeError(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }
}
