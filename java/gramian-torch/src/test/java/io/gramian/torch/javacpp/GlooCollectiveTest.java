package io.gramian.torch.javacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.CollectiveException;
import io.gramian.ParameterException;
import io.gramian.torch.GlooCollective;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks in processes of their own, over Gloo on the loopback interface. */
@Timeout(600)
class GlooCollectiveTest {
  private static final int LIMIT_SECONDS = 60;

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();

  /** Unpacks PyTorch once: processes that do so at the same time break each other. */
  @BeforeAll
  static void unpack() {
    new JavaCppStack().assumeNatives();
    Loader.load(torch.class);
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  private List<Process> start(String what, int ranks, long limitMillis) throws IOException {
    Path store = folder.resolve("store" + processes.size());
    List<Process> group = new ArrayList<>();
    for (int r = 0; r < ranks; r++) {
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "--add-modules",
              "jdk.incubator.vector",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              GlooRank.class.getName(),
              what,
              store.toString(),
              Integer.toString(r),
              Integer.toString(ranks),
              Long.toString(limitMillis));
      group.add(new ProcessBuilder(command).redirectErrorStream(true).start());
    }
    processes.addAll(group);
    return group;
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void processesTogetherComputeTheWholeBatch(int ranks) throws Exception {
    List<Process> group = start("check", ranks, LIMIT_SECONDS * 1000);
    for (Process process : group) {
      String output = output(process);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).containsPattern(GlooRank.CHECKED + "[1-9]\\d");
    }
  }

  @Test
  void aRankThatDiesIsAnErrorOnTheOthers() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < Integer.getInteger("gramian.kills", 3); round++) {
      List<Process> group = start("step", 3, LIMIT_SECONDS * 1000);
      List<BufferedReader> outputs = group.stream().map(Process::inputReader).toList();
      for (BufferedReader output : outputs) {
        String line = output.readLine();
        while (line != null && !line.equals(GlooRank.STEPPING)) {
          line = output.readLine();
        }
        assertThat(line).isNotNull();
      }
      Thread.sleep(random.nextInt(200));
      int victim = random.nextInt(3);
      group.get(victim).destroyForcibly();
      for (int r = 0; r < 3; r++) {
        if (r != victim) {
          assertThat(group.get(r).waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
          assertThat(outputs.get(r).lines().toList())
              .anySatisfy(line -> assertThat(line).startsWith(GlooRank.TOLD));
          assertThat(group.get(r).exitValue()).isZero();
        }
      }
    }
  }

  @Test
  void ranksThatDifferAreToldWhatTheOthersDo() throws Exception {
    for (Process process : start("differ", 3, LIMIT_SECONDS * 1000)) {
      assertThat(output(process))
          .contains(GlooRank.TOLD, "all-reduce SUM of f64 [4]", "rank 2", "of f64 [5]");
      assertThat(process.waitFor()).isZero();
    }
  }

  @Test
  void aRankThatDoesNotComeIsAnErrorWithinTheLimit() {
    long begin = System.nanoTime();
    assertThatThrownBy(
            () ->
                GlooCollective.join(
                    folder.resolve("alone"), "127.0.0.1", 0, 2, Duration.ofSeconds(1)))
        .isInstanceOf(CollectiveException.class)
        .hasMessageContaining("rank 0 of 2");
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertThatThrownBy(
            () ->
                GlooCollective.join(
                    folder.resolve("none"), "127.0.0.1", 2, 2, Duration.ofSeconds(1)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("rank 2 of 2");
  }
}
