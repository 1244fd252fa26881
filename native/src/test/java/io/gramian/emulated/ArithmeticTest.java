package io.gramian.emulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The arithmetic of the device: the tests in {@code src/test/cpp}, compiled with the sources in
 * {@code src/main/cpp/arith} to a program that prints a line for each.
 */
class ArithmeticTest {
  private static final Path SOURCES = Path.of("src/main/cpp");
  private static final Path TESTS = Path.of("src/test/cpp");
  private static final Path PROGRAM = Path.of("target/arithmetic-tests");

  @TestFactory
  Stream<DynamicTest> arithmetic() throws IOException, InterruptedException {
    TestDevice.libraryOrSkip();
    compile();
    List<DynamicTest> tests = new ArrayList<>();
    StringBuilder messages = new StringBuilder();
    for (String line : run(List.of(PROGRAM.toAbsolutePath().toString()))) {
      String[] words = line.split("[ :]", 3);
      switch (words[0]) {
        case "ok" -> tests.add(DynamicTest.dynamicTest(words[1], () -> {}));
        case "skipped" -> tests.add(DynamicTest.dynamicTest(words[1], () -> abort(words[2])));
        case "FAILED" -> {
          String why = messages.toString();
          tests.add(
              DynamicTest.dynamicTest(
                  words[1],
                  () -> {
                    throw new AssertionError(why);
                  }));
        }
        default -> {
          messages.append(line).append('\n');
          continue;
        }
      }
      messages.setLength(0);
    }
    assertThat(tests).as("what the program said last: %s", messages).hasSizeGreaterThan(20);
    return tests.stream();
  }

  private static void compile() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getenv().getOrDefault("CXX", "g++"),
                "-std=c++20",
                "-O2",
                "-march=x86-64-v3",
                "-ffp-contract=off",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-I" + SOURCES,
                "-I" + TESTS,
                "-o",
                PROGRAM.toString()));
    // That of the builder needs the whole machine.
    command.addAll(
        sources(TESTS).stream().filter(file -> !file.endsWith("/builder_test.cpp")).toList());
    // A test includes it, to reach what is not declared.
    command.addAll(
        sources(SOURCES.resolve("arith")).stream()
            .filter(file -> !file.endsWith("/tensor_core.cpp"))
            .toList());
    command.addAll(sources(SOURCES.resolve("ptx")));
    List<String> output = run(command);
    assertThat(PROGRAM).as(String.join("\n", output)).isExecutable();
  }

  private static List<String> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).filter(file -> file.endsWith(".cpp")).sorted().toList();
    }
  }

  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (var reader = process.inputReader()) {
      lines = reader.lines().toList();
    }
    process.waitFor();
    return lines;
  }
}
