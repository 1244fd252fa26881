package io.gramian.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An example, run from its source in a Java of its own, with the options and the artifacts that its
 * header names, with what these need, and nothing else.
 */
final class Example {
  private static final Path SOURCES = Path.of("src", "main", "java");

  private final Path source;
  private final List<String> lines;

  private Example(Path source) {
    this.source = source;
    try {
      this.lines = Files.readAllLines(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Example of(String name) {
    return new Example(SOURCES.resolve(name + ".java"));
  }

  /** What it prints, if it ends well. */
  String run(String... arguments) {
    return new Running(List.of(), Map.of(), arguments).text();
  }

  /**
   * What it prints in the processes of a job, if it ends well.
   *
   * @param launcher a command before that of Java
   */
  String launched(List<String> launcher, Map<String, String> environment) {
    return new Running(launcher, environment).text();
  }

  /** Starts it. */
  Running start(String... arguments) {
    return new Running(List.of(), Map.of(), arguments);
  }

  /** An example that runs. */
  final class Running {
    private final Process process;
    private final Path output;

    private Running(List<String> launcher, Map<String, String> environment, String... arguments) {
      List<String> command = new ArrayList<>(launcher);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      // Numbers are printed with a point.
      command.add("-Duser.language=en");
      header("Flags").forEach(line -> command.addAll(List.of(line.split(" +"))));
      command.add("-cp"); // the one way that Open MPI's launcher knows
      command.add(String.join(File.pathSeparator, Artifacts.ofThisModule().files(header("Maven"))));
      command.add(source.toString());
      command.addAll(List.of(arguments));
      try {
        output = Files.createTempFile("example", ".txt");
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits for its end: what it has printed, if that is well. */
    String text() {
      try {
        int code = process.waitFor();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        System.out.println(source.getFileName() + System.lineSeparator() + text);
        assertThat(code).as(text).isZero();
        return text;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** The numbers that a pattern captures, in the order of the text. */
  static double[] numbers(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    List<Double> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(Double.valueOf(matcher.group(1)));
    }
    return found.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private List<String> header(String key) {
    String prefix = "// " + key + ":";
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .toList();
  }
}
