package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A C++ compiler of this machine, run as a process. */
final class HostCompiler {
  private final String command;

  /**
   * Wraps a compiler.
   *
   * @param command its name on the path, or its path
   */
  HostCompiler(String command) {
    this.command = command;
  }

  /**
   * Tells whether a compiler can be started.
   *
   * @param command its name on the path, or its path
   * @return false if there is no such program
   * @throws InterruptedException if the thread is interrupted
   */
  static boolean isAvailable(String command) throws InterruptedException {
    try {
      return new HostCompiler(command).start(List.of("--version")).status == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns what the compiler says about its version.
   *
   * @return a text that enters cache keys
   * @throws CompilationException if it cannot be run
   * @throws InterruptedException if the thread is interrupted
   */
  String identity() throws CompilationException, InterruptedException {
    return run("asking for the version", List.of("--version"));
  }

  /**
   * Runs the compiler.
   *
   * @param what what is being done, for messages
   * @param arguments its arguments
   * @return what it printed
   * @throws CompilationException if it fails; the message holds what it printed
   * @throws InterruptedException if the thread is interrupted
   */
  String run(String what, List<String> arguments)
      throws CompilationException, InterruptedException {
    Result result;
    try {
      result = start(arguments);
    } catch (IOException e) {
      throw new CompilationException(command + " cannot be run: " + e.getMessage(), e);
    }
    if (result.status != 0) {
      throw new CompilationException(
          what + ": " + command + " ended with status " + result.status + "\n" + result.output);
    }
    return result.output;
  }

  /**
   * Makes the arguments of one compilation.
   *
   * @param options options, without sources
   * @param sources what to compile
   * @param output the file to write
   * @return the arguments
   */
  static List<String> arguments(List<String> options, List<Path> sources, Path output) {
    List<String> arguments = new ArrayList<>(options);
    sources.forEach(source -> arguments.add(source.toString()));
    arguments.add("-o");
    arguments.add(output.toString());
    return arguments;
  }

  private record Result(int status, String output) {}

  private Result start(List<String> arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(command);
    line.addAll(arguments);
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
