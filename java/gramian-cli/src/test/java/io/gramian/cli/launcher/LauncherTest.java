package io.gramian.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "..", "gramian").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @BeforeEach
  void needsBash() {
    assumeThat(Path.of("/bin/bash")).as("the launcher is a bash script").isExecutable();
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws IOException, InterruptedException {
    Result result = run(folder.resolve("none"), "");
    assertThat(result.code).isEqualTo(1);
    assertThat(result.output.lines()).hasSize(1);
    assertThat(result.output).contains("no JDK 25 or newer found", "install one");
  }

  @Test
  void anOlderJdkAndARuntimeWithoutCompilerAreNotTaken() throws IOException, InterruptedException {
    Path old = fakeJdk("old", "21.0.2", true);
    fakeJdk("jre", "25.0.1", false);
    Result result = run(folder, old.toString());
    assertThat(result.code).isEqualTo(1);
    assertThat(result.output).contains("no JDK 25 or newer found");
  }

  /** A folder that looks like a JDK and whose programs do nothing. */
  private Path fakeJdk(String name, String version, boolean compiler) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    executable(home.resolve("bin/java"), "");
    if (compiler) {
      executable(home.resolve("bin/javac"), "");
    }
    return home;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private record Result(int code, String output) {}

  private static Result run(Path jdkFolders, String javaHome)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", LAUNCHER.toString(), "info").redirectErrorStream(true);
    builder.environment().put("GRAMIAN_JDK_FOLDERS", jdkFolders.toString());
    builder.environment().put("JAVA_HOME", javaHome);
    // Only what the script itself calls, so that no java is found on the path.
    Path tools = Files.createTempDirectory(jdkFolders.getParent(), "tools");
    for (String tool : new String[] {"sed", "dirname", "readlink", "cat"}) {
      for (String bin : new String[] {"/usr/bin", "/bin"}) {
        Path target = Path.of(bin, tool);
        if (Files.isExecutable(target) && !Files.exists(tools.resolve(tool))) {
          executable(tools.resolve(tool), "exec " + target + " \"$@\"");
        }
      }
    }
    builder.environment().put("PATH", tools.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
