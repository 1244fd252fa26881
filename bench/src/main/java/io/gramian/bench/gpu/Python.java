package io.gramian.bench.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The python3 of the machine. */
final class Python {
  /** Names another interpreter, for instance one of a virtual environment. */
  private static final String VARIABLE = "GRAMIAN_PYTHON";

  private Python() {}

  /** A command line. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    String chosen = System.getenv(VARIABLE);
    command.add(chosen == null || chosen.isEmpty() ? "python3" : chosen);
    command.addAll(List.of(arguments));
    return command;
  }

  /** What it prints; empty where there is none or it fails. */
  static String output(String... arguments) {
    try {
      Process process =
          new ProcessBuilder(command(arguments))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
