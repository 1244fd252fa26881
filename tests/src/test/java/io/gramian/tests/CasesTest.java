package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Accuracy;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.cli.Main;
import io.gramian.cli.cases.CaseIndex;
import io.gramian.cli.npz.NpyArray;
import io.gramian.cli.npz.NpzFormat;
import io.gramian.conformance.Deviation;
import io.gramian.op.Signature.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder of cases, run by the command as its users run them: {@code gramian run --cases}. The
 * reference is held to the outputs in the files, every other backend to the reference on the inputs
 * as it sees them, in float32.
 */
abstract class CasesTest {
  private final Path cases;

  @TempDir private Path folder;

  CasesTest(Path cases) {
    this.cases = cases;
  }

  /** Whether a backend is held to a case. */
  boolean holds(Device device, String file) {
    return true;
  }

  /** So that a lost line of the index does not take a case along. */
  @Test
  void everyFileIsInTheIndex() throws IOException {
    try (Stream<Path> files = Files.list(cases)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".npz")))
          .containsExactlyInAnyOrderElementsOf(names(CaseIndex.read(cases)));
    }
  }

  @TestFactory
  Stream<DynamicTest> reference() {
    run("reference", folder, 0);
    try (Device reference = Device.open("reference")) {
      return names(GoldenCases.of(cases, reference)).stream()
          .filter(file -> holds(reference, file))
          .map(file -> compare(file, cases, "out.", reference.accuracy(DType.F64)));
    }
  }

  @TestFactory
  Stream<DynamicTest> cpu() {
    return againstReference("cpu");
  }

  @TestFactory
  Stream<DynamicTest> cuda() {
    return againstReference(Backends.requireCuda());
  }

  /** The cases of the ops that a backend has; the command says of the others that they fail. */
  private Stream<DynamicTest> againstReference(String backend) {
    Path expected = folder.resolve("expected");
    run("reference", expected, 0, "--dtype", "f32");
    try (Device device = Device.open(backend)) {
      List<String> supported = names(GoldenCases.of(cases, device));
      boolean all = supported.size() == CaseIndex.read(cases).size();
      run(backend, folder, all ? 0 : 1);
      return supported.stream()
          .filter(file -> holds(device, file))
          .map(file -> compare(file, expected, "", device.accuracy(DType.F32)));
    }
  }

  private static List<String> names(List<CaseIndex.Case> cases) {
    return cases.stream().map(CaseIndex.Case::file).toList();
  }

  private void run(String backend, Path out, int exitCode, String... more) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed);
    Stream<String> line =
        Stream.of(
            "run", "--cases", cases.toString(), "--out", out.toString(), "--backend", backend);
    String[] args = Stream.concat(line, Stream.of(more)).toArray(String[]::new);
    assertThat(Main.run(writer, writer, args)).as(printed.toString()).isEqualTo(exitCode);
  }

  private DynamicTest compare(String file, Path expected, String prefix, Accuracy bounds) {
    return DynamicTest.dynamicTest(
        file,
        () -> {
          Map<String, NpyArray> actual = NpzFormat.read(folder.resolve(file));
          Map<String, NpyArray> right = NpzFormat.read(expected.resolve(file));
          right.keySet().removeIf(name -> !name.startsWith(prefix));
          Set<String> outputs = outputs(file);
          right
              .keySet()
              .removeIf(name -> !outputs.isEmpty() && !outputs.contains(bare(name, prefix)));
          assertThat(right).isNotEmpty();
          right.forEach(
              (prefixed, values) -> {
                String name = bare(prefixed, prefix);
                assertThat(actual).containsKey(name);
                assertThat(actual.get(name).shape()).as(name).isEqualTo(values.shape());
                assertThat(
                        Deviation.of(
                            name,
                            name.startsWith("grad_") ? Kind.GRADIENT : Kind.RESULT,
                            actual.get(name).toDoubles(),
                            values.toDoubles(),
                            bounds))
                    .matches(Deviation::isWithin);
              });
        });
  }

  /** The outputs that the file of a case has; where it has none, all count. */
  private Set<String> outputs(String file) throws IOException {
    return NpzFormat.read(cases.resolve(file)).keySet().stream()
        .filter(name -> name.startsWith("out."))
        .map(name -> bare(name, "out."))
        .collect(Collectors.toSet());
  }

  private static String bare(String name, String prefix) {
    return name.substring(prefix.length());
  }
}
