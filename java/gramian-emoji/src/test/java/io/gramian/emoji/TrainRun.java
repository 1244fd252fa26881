package io.gramian.emoji;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code gramian train} came to.
 *
 * @param code the exit code
 * @param out what was printed
 * @param err what was complained of
 */
public record TrainRun(int code, String out, String err) {
  private static final Map<String, String> TINY =
      new TreeMap<>(Map.of("--epochs", "1", "--dim", "4", "--batch", "800", "--backend", "cpu"));

  /** Runs the command in this process. */
  public static TrainRun of(String... options) {
    List<String> line = new ArrayList<>(List.of("train"));
    line.addAll(List.of(options));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), line.toArray(String[]::new));
    return new TrainRun(code, out.toString(), err.toString());
  }

  /**
   * Runs it so small that it takes no time: for what it does, not how well.
   *
   * @param out folder for its files
   * @param options more of them, or others in place of those that make it small
   */
  public static TrainRun tiny(Path out, String... options) {
    List<String> line = new ArrayList<>(List.of("--out", out.toString()));
    line.addAll(List.of(options));
    TINY.forEach(
        (name, value) -> {
          if (!line.contains(name)) {
            line.addAll(List.of(name, value));
          }
        });
    return of(line.toArray(String[]::new));
  }

  /** Checks that it did what it was asked for. */
  public TrainRun assertDone() {
    assertThat(code).as(err).isZero();
    return this;
  }

  /** Checks the contract for bad input: exit code 2 and one line that says what is wrong. */
  public void assertRefused(String complaint) {
    assertThat(err).contains(complaint).startsWith("gramian: ");
    assertThat(err.lines()).hasSize(1);
    assertThat(code).isEqualTo(2);
  }
}
