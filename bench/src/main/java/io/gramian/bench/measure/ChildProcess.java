package io.gramian.bench.measure;

import java.util.ArrayList;
import java.util.List;

/** What a process that measures a side alone has to have of this one. */
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
}
