package io.gramian.emoji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that is killed at any moment goes on from its checkpoint and comes to what it would
 * have come to, and leaves nothing behind. The system property {@code gramian.kills} says how
 * often.
 */
class KilledTrainingTest {
  private static final int KILLS = Integer.getInteger("gramian.kills", 3);
  private static final int LONGEST_MILLIS = 4000;

  @TempDir private Path folder;

  @Test
  void resumesAsIfNothingHadHappened() throws Exception {
    assertThat(train("whole", List.of()).waitFor()).isZero();
    Path state = folder.resolve("state");
    Random random = new Random(KILLS);
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = train("killed", checkpoint(state));
      if (process.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS)) {
        assertThat(process.exitValue()).as(errors()).isZero();
        Files.delete(state); // from the beginning again
      } else if (random.nextBoolean()) {
        process.destroyForcibly().waitFor();
      } else {
        process.destroy();
        process.waitFor();
      }
    }
    assertThat(train("killed", checkpoint(state)).waitFor()).as(errors()).isZero();
    assertThat(numbers("killed")).isEqualTo(numbers("whole"));
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  private static List<String> checkpoint(Path state) {
    List<String> options = new ArrayList<>(List.of("--checkpoint", state.toString()));
    if (Files.exists(state)) {
      options.addAll(List.of("--resume", state.toString()));
    }
    return options;
  }

  private Process train(String out, List<String> options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("jdk.module.path", "")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "io.gramian.cli.Main",
                "train",
                "--out",
                folder.resolve(out).toString()));
    command.addAll(List.of("--backend", "cpu", "--epochs", "4", "--dim", "8", "--batch", "200"));
    command.addAll(options);
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("errors").toFile())
        .start();
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("errors"));
  }

  private List<String> numbers(String out) throws IOException {
    return Files.readAllLines(folder.resolve(out).resolve("epochs.csv")).stream()
        .filter(line -> !line.contains(",seconds,"))
        .toList();
  }
}
