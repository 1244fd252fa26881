package io.gramian.cli.train;

import io.gramian.cli.CommandRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code gramian train} so small that it takes no time: for what it does, not how well. */
final class TinyTraining {
  private static final Map<String, String> SIZES =
      new TreeMap<>(Map.of("--epochs", "1", "--dim", "4", "--batch", "800", "--backend", "cpu"));

  private TinyTraining() {}

  /**
   * Runs the command.
   *
   * @param out folder for its files
   * @param options more of them, or others in place of those that make it small
   */
  static CommandRun run(Path out, String... options) {
    List<String> line = new ArrayList<>(List.of("train", "--out", out.toString()));
    line.addAll(List.of(options));
    SIZES.forEach(
        (name, value) -> {
          if (!line.contains(name)) {
            line.addAll(List.of(name, value));
          }
        });
    return CommandRun.of(line.toArray(String[]::new));
  }
}
