package io.gramian.bench.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that measure a side alone. */
public final class ChildProcess {
  private static final String VECTORS = "jdk.incubator.vector";

  private ChildProcess() {}

  /**
   * Options of its virtual machine: native access, and the Vector API where this process has it.
   */
  public static List<String> jvmOptions() {
    List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
    if (ModuleLayer.boot().findModule(VECTORS).isPresent()) {
      options.add("--add-modules=" + VECTORS);
    }
    return options;
  }

  /**
   * The command line of a process with the class path of this one.
   *
   * @param options more of them for its virtual machine
   * @param main the class that it runs
   */
  public static List<String> command(List<String> options, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(jvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }
}
