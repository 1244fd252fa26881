package io.gramian.bench.gpu;

import io.gramian.bench.report.CommandOutput;
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
    return CommandOutput.of(command(arguments));
  }
}
