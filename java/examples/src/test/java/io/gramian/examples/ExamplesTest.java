package io.gramian.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gramian.Backend;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

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
