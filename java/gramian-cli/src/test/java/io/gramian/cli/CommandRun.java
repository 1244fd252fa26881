package io.gramian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command line came to.
 *
 * @param code the exit code
 * @param out what was printed
 * @param err what was complained of
 */
public record CommandRun(int code, String out, String err) {
  /** Runs a command line in this process. */
  public static CommandRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /** Checks that it did what it was asked for. */
  public CommandRun assertDone() {
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
