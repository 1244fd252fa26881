package io.gramian.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Backend;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples and reads what they print. */
final class ExamplesTest {
  private static final String NO_NATIVES = "the build has natives of PyTorch for Linux on x86 only";

  @Test
  void firstLoss() {
    String text = Example.of("FirstLoss").run();
    // Random rows: nothing is told apart.
    assertThat(Example.numbers(text, "loss (\\S+) on")[0]).isCloseTo(Math.log(128), within(1.0));
  }

  @Test
  void lossFromArrays() {
    String text = Example.of("LossFromArrays").run();
    double[] losses = Example.numbers(text, "step \\d+: loss (\\S+)");
    assertThat(losses).hasSize(6);
    for (int i = 1; i < losses.length; i++) {
      assertThat(losses[i]).isLessThan(losses[i - 1]);
    }
    // Where it starts: nothing is told apart.
    assertThat(losses[0]).isCloseTo(Math.log(128), within(1.0));
    assertThat(losses[5]).isLessThan(0.5 * losses[0]);
  }

  @Test
  void lossFromJcuda() {
    String backend =
        Stream.of("cuda", "emulated")
            .filter(name -> backend(name).available())
            .findFirst()
            .orElseGet(() -> Assumptions.abort("" + backend("emulated").details()));
    String text = Example.of("LossFromJcuda").run(backend);
    assertThat(text).contains("device: " + backend + " (");
    double loss = Example.numbers(text, "loss (\\S+),")[0];
    double gradient = Example.numbers(text, "gradient\\[0\\] (\\S+),")[0];
    double[] plain = Example.numbers(text, "in plain Java (\\S+)");
    assertThat(loss).isGreaterThan(1).isCloseTo(plain[0], within(1e-5 * loss));
    assertThat(gradient).isNotZero().isCloseTo(plain[1], within(1e-7));
  }

  @Test
  void retrieveWithTopK() {
    String text = Example.of("RetrieveWithTopK").run();
    double[] wanted = Example.numbers(text, "words about film (\\d+):");
    assertThat(wanted).containsExactly(17, 4711, 12_345, 19_999);
    assertThat(Example.numbers(text, "films \\[(\\d+),")).isEqualTo(wanted);
    assertThat(Example.numbers(text, "right one (\\d+)")).containsOnly(0);
    assertThat(text).contains("recall@1 1.00, recall@5 1.00");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = NO_NATIVES)
  void trainWithDjl() {
    assertTrains(Example.of("TrainWithDjl").run());
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = NO_NATIVES)
  void fitWithDjl() {
    String text = Example.of("FitWithDjl").run();
    double[] training = Example.numbers(text, "training loss (\\d\\S+),");
    double[] validation = Example.numbers(text, "validation loss (\\d\\S+)");
    assertThat(training).hasSize(4);
    assertThat(training[3]).isLessThan(0.5 * Math.log(64));
    // New things of the same senses.
    assertThat(validation[3]).isCloseTo(training[3], within(0.2 * training[3]));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = NO_NATIVES)
  void trainWithJavaCpp() {
    String text = Example.of("TrainWithJavaCpp").run();
    assertTrains(text);
    // It is learned.
    assertThat(Example.numbers(text, "temperature (\\S+)")).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = NO_NATIVES)
  void ranksWithJavaCpp(@TempDir Path folder) {
    Example example = Example.of("RanksWithJavaCpp");
    String store = folder.resolve("store").toString();
    List<Example.Running> ranks =
        List.of(example.start(store, "0", "2"), example.start(store, "1", "2"));
    String[] texts = {ranks.get(0).text(), ranks.get(1).text()};
    double[] losses = Example.numbers(texts[0], "rank 0, step \\d+: loss (\\S+)");
    assertThat(Example.numbers(texts[1], "rank 1, step \\d+: loss (\\S+)")).isEqualTo(losses);
    assertRanksTrain(losses);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = NO_NATIVES)
  void ranksWithDjl() {
    boolean hasLauncher =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mpiexec")));
    Assumptions.assumeTrue(hasLauncher, "no mpiexec on the PATH");
    // What a launcher needs to run as root and to listen on loopback alone.
    Map<String, String> environment =
        Map.of(
            "HYDRA_IFACE", "lo",
            "OMPI_ALLOW_RUN_AS_ROOT", "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1",
            "OMPI_MCA_oob_tcp_if_include", "lo",
            "OMPI_MCA_btl", "self,vader");
    List<String> launcher = List.of("mpiexec", "-n", "2");
    String text = Example.of("RanksWithDjl").launched(launcher, environment);
    assertRanksTrain(Example.numbers(text, "2 ranks, step \\d+: loss (\\S+)"));
  }

  /** Two ranks of 32 have the loss of 64. */
  private static void assertRanksTrain(double[] losses) {
    assertThat(losses).hasSize(3);
    assertThat(losses[0]).isCloseTo(Math.log(64), within(1.0));
    assertThat(losses[2]).isLessThan(0.6 * losses[0]);
  }

  private static void assertTrains(String text) {
    double[] losses = Example.numbers(text, "loss (\\d\\S+),");
    assertThat(losses).hasSize(4);
    // Where it starts: nothing of a batch of 64 is told apart.
    assertThat(losses[0]).isCloseTo(Math.log(64), within(1.0));
    assertThat(losses[1]).isLessThan(0.6 * losses[0]);
    assertThat(losses[3]).isLessThan(losses[1]);
    // By chance one of 256 finds its own.
    double[] recall = Example.numbers(text, "recall@1 (\\d\\.\\d+)");
    assertThat(recall[0]).isLessThan(0.05);
    assertThat(recall[3]).isGreaterThan(0.6).isGreaterThan(recall[1]);
  }

  private static Backend backend(String name) {
    return Backend.all().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
  }
}
