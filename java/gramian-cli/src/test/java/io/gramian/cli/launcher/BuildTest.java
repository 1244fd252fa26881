package io.gramian.cli.launcher;

import static io.gramian.cli.launcher.FakeCheckout.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gramian.cli.launcher.FakeCheckout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher builds, and what is left of it when it is killed. */
@Timeout(120)
class BuildTest {
  @TempDir private Path folder;
  private FakeCheckout checkout;

  @BeforeEach
  void set() throws IOException {
    assumeThat(Path.of("/bin/bash")).as("the launcher is a bash script").isExecutable();
    checkout = new FakeCheckout(folder);
  }

  @AfterEach
  void endWhatIsLeft() throws IOException {
    for (List<Long> started : List.of(checkout.builds(), checkout.java())) {
      started.forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
    }
  }

  @Test
  void buildsWhenSourcesHaveChanged() throws Exception {
    Result first = checkout.run("info");
    assertThat(first.code()).as(first.output()).isZero();
    assertThat(first.output())
        .contains("building java/gramian-emoji", "io.gramian.cli.Main\ninfo", "complaint")
        .doesNotContain("incubator modules");
    assertThat(checkout.run("info").output()).doesNotContain("building");
    assertThat(checkout.builds()).hasSize(1);
    checkout.change();
    assertThat(checkout.run("info").output()).contains("building");
    assertThat(checkout.files()).containsExactly("app.0", "app.1", "current", "java-gramian-emoji");
  }

  @Test
  void helpIsThereWithoutABuildAndWithAnOldOne() throws Exception {
    for (String[] help : new String[][] {{}, {"--help"}, {"run", "--help"}, {"train", "-h"}}) {
      Result result = checkout.run(help);
      assertThat(result.code()).isZero();
      assertThat(result.output()).contains("Usage: gramian COMMAND");
    }
    checkout.run("info");
    checkout.change();
    assertThat(checkout.run("run", "--help").output()).contains("io.gramian.cli.Main\nrun\n--help");
    assertThat(checkout.builds()).hasSize(1);
  }

  @Test
  void whatIsKilledIsJava() throws Exception {
    Process process = checkout.start("sleep");
    await(() -> exists("java"));
    await(() -> Files.exists(folder.resolve("java")) && size("java") > 0);
    assertThat(checkout.java()).containsExactly(process.pid());
    process.destroyForcibly().waitFor();
    assertThat(FakeCheckout.isRunning(process.pid())).isFalse();
  }

  @Test
  void theJarsOfARunningCommandStay() throws Exception {
    Process process = checkout.start("sleep");
    await(() -> exists("java"));
    Path jar = checkout.built.resolve("app.0/lib/gramian-cli.jar");
    for (int build = 2; build <= 4; build++) {
      checkout.change();
      assertThat(checkout.run("info").output()).contains("building");
      Files.setLastModifiedTime(
          checkout.root.resolve("java/gramian/src/main/Source"),
          java.nio.file.attribute.FileTime.fromMillis(0));
      assertThat(jar).content().contains("1");
    }
    assertThat(checkout.files()).contains("app.0").doesNotContain("app.1");
    process.destroyForcibly().waitFor();
    checkout.change();
    checkout.run("info");
    assertThat(checkout.files()).doesNotContain("app.0");
  }

  @Test
  void aKilledBuildTakesMavenWithItAndTheNextOneGoesOn() throws Exception {
    for (boolean forcibly : new boolean[] {true, false}) {
      checkout.slow(true);
      int before = checkout.builds().size();
      Process process = checkout.start("info");
      await(() -> size("builds") >= before + 2);
      if (forcibly) {
        process.destroyForcibly();
      } else {
        process.destroy();
      }
      process.waitFor();
      checkout.slow(false);
      List<Long> started = checkout.builds();
      Result next = checkout.run("info");
      assertThat(next.code()).as(next.output()).isZero();
      await(() -> started.stream().noneMatch(FakeCheckout::isRunning));
      assertThat(checkout.files())
          .noneMatch(name -> name.startsWith("lock") || name.startsWith("current."));
      checkout.change();
    }
  }

  @Test
  void locksOfProcessesThatAreGoneAreTakenOver() throws Exception {
    Files.createDirectories(checkout.built);
    Path lock = checkout.built.resolve("lock");
    // A number that no process has, and one that another process has by now.
    for (String owner : List.of("4194999 1", ProcessHandle.current().pid() + " 1", "")) {
      Files.createSymbolicLink(lock, Path.of(owner.isEmpty() ? "x" : owner));
      Result result = checkout.run("info");
      assertThat(result.code()).as(result.output()).isZero();
      assertThat(Files.exists(lock, java.nio.file.LinkOption.NOFOLLOW_LINKS)).isFalse();
      checkout.change();
    }
  }

  @Test
  void whoWaitsForABuildSaysSo() throws Exception {
    checkout.slow(true);
    Process first = checkout.start("info");
    await(() -> size("builds") >= 2);
    Process second = checkout.start("info");
    await(() -> contains("waiting for process"));
    first.destroy();
    second.destroy();
    assertThat(second.waitFor()).isEqualTo(143);
  }

  @Test
  void whereNobodyMayWriteItSaysSo() throws Exception {
    Files.writeString(checkout.root.resolve("java/gramian-emoji/target"), "in the way");
    Result result = checkout.run("info");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output()).contains("cannot write to " + checkout.built);
  }

  private boolean exists(String file) {
    return Files.exists(folder.resolve(file));
  }

  private long size(String file) {
    try {
      return Files.exists(folder.resolve(file))
          ? Files.readAllLines(folder.resolve(file)).size()
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private boolean contains(String text) {
    try {
      return checkout.output().contains(text);
    } catch (IOException e) {
      return false;
    }
  }
}
