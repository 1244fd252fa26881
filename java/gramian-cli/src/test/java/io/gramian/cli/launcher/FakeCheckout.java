package io.gramian.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The launcher in a folder of its own, with a Maven that takes no time, unless told to, and a Java
 * that says what it was called with, or sleeps.
 */
final class FakeCheckout {
  private static final Path LAUNCHER = Path.of("..", "..", "gramian").toAbsolutePath().normalize();

  final Path root;
  final Path built;
  private final Path jdk;

  FakeCheckout(Path folder) throws IOException {
    root = folder.resolve("checkout");
    built = root.resolve("java/gramian-emoji/target/launcher");
    jdk = folder.resolve("jdk");
    for (String module : List.of("java/gramian", "java/gramian-cli", "java/gramian-emoji")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "");
    }
    Files.writeString(root.resolve("pom.xml"), "");
    Files.copy(LAUNCHER, root.resolve("gramian"));
    executable(
        root.resolve("mvnw"),
        """
        echo $$ >>%1$s/builds
        [ ! -f %1$s/slow ] || { sleep 600 & echo $! >>%1$s/builds; wait; }
        mkdir -p java/gramian-emoji/target/lib
        wc -l <%1$s/builds >java/gramian-emoji/target/lib/gramian-cli.jar
        """
            .formatted(folder));
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    executable(jdk.resolve("bin/javac"), "");
    executable(
        jdk.resolve("bin/java"),
        """
        echo "WARNING: Using incubator modules: jdk.incubator.vector" >&2
        echo "complaint" >&2
        for word; do echo "$word"; done
        case " $* " in *" sleep "*) mkfifo %1$s/never; echo $$ >%1$s/java; read -r _ <>%1$s/never ;; esac
        exec 2>&- # as Java does: waits until all complaints have been shown
        cat <&9 2>/dev/null
        """
            .formatted(folder));
  }

  static void executable(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/bash\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Makes builds last, or not. */
  void slow(boolean value) throws IOException {
    Path file = root.resolveSibling("slow");
    if (value) {
      Files.writeString(file, "");
    } else {
      Files.deleteIfExists(file);
    }
  }

  /** Changes a source. */
  void change() throws IOException {
    Path source = root.resolve("java/gramian/src/main/Source");
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 2000));
  }

  /** Process ids that Maven and what it started had. */
  List<Long> builds() throws IOException {
    return numbers("builds");
  }

  /** The process id of the Java that sleeps. */
  List<Long> java() throws IOException {
    return numbers("java");
  }

  private List<Long> numbers(String file) throws IOException {
    Path path = root.resolveSibling(file);
    return Files.exists(path)
        ? Files.readAllLines(path).stream().map(Long::valueOf).toList()
        : List.of();
  }

  /** What is in the launcher's folder. */
  List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(built)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** What came of a run. */
  record Result(int code, String output) {}

  /** Starts the launcher; what it prints goes to a file. */
  Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("/bin/bash", root.resolve("gramian").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolveSibling("output").toFile());
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().remove("HOME");
    return builder.start();
  }

  /** What the last run has printed so far. */
  String output() throws IOException {
    return Files.readString(root.resolveSibling("output"), StandardCharsets.UTF_8);
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output()).isTrue();
    await(() -> Files.notExists(root.resolveSibling("output")) || !isBlank());
    return new Result(process.exitValue(), output());
  }

  private boolean isBlank() {
    try {
      return output().isBlank();
    } catch (IOException e) {
      return false;
    }
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  static boolean isRunning(long process) {
    return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
  }
}
